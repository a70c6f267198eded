// The sandbox and the agents of a spec. Both live as long as Playwright's worker: a failed test gets new ones.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import { Agent, type Identity } from "./agent";
import { saveDiagnostics } from "./diagnostics";
import { forgetHeard, listen } from "./ears";
import { Sandbox } from "./sandbox";

export class Agents {
  private readonly open = new Map<Identity, Agent>();

  constructor(
    private readonly context: BrowserContext,
    private readonly sandbox: Sandbox,
  ) {}

  /** The agent at his Flex, Available, nothing to do. So many at once at most; close those beyond two after it. */
  async at(identity: Identity, atMost = 2): Promise<Agent> {
    const known = this.open.get(identity);
    if (known && !known.page.isClosed()) {
      // The last to be asked for is the last to leave.
      this.open.delete(identity);
      this.open.set(identity, known);
      await known.closeNotices();
      await known.become("Available");
      return known;
    }
    for (const [other, agent] of this.open) {
      if (this.open.size < atMost) break;
      await this.leave(other, agent);
    }
    return this.startIn(identity, await this.newWindow());
  }

  /** The agent in a browser that lacks something; close everybody after it. */
  async without(name: string, identity: Identity): Promise<Agent> {
    await this.close();
    const page = await this.newWindow();
    await page.addInitScript((missing) => Reflect.deleteProperty(window, missing), name);
    return this.startIn(identity, page);
  }

  /** The agent in a tab that he does not look at; what it shows on his desktop is in `window.shown`. Close everybody after it. */
  async hidden(identity: Identity): Promise<Agent> {
    await this.close();
    const page = await this.newWindow();
    await page.addInitScript(() => {
      Object.defineProperty(document, "hidden", { get: () => true });
      const shown: { title: string; body: string | undefined; closed: boolean }[] = [];
      class Desktop extends EventTarget {
        static readonly permission = "granted";
        private readonly entry;
        constructor(title: string, { body }: NotificationOptions) {
          super();
          this.entry = { title, body, closed: false };
          shown.push(this.entry);
        }
        close(): void {
          this.entry.closed = true;
        }
      }
      Object.assign(window, { Notification: Desktop, shown });
    });
    return this.startIn(identity, page);
  }

  /** The agent in a page whose ears are measured (`heardBy`), from now on; alone. */
  async listening(identity: Identity): Promise<Agent> {
    const known = this.open.get(identity);
    if (known && !known.page.isClosed() && (await forgetHeard(known.page))) {
      for (const [other, agent] of [...this.open]) if (other !== identity) await this.leave(other, agent);
      return this.at(identity);
    }
    await this.close();
    const page = await this.newWindow();
    await listen(page);
    return this.startIn(identity, page);
  }

  async close(): Promise<void> {
    for (const [identity, agent] of [...this.open]) await this.leave(identity, agent);
  }

  all(): Agent[] {
    return [...this.open.values()];
  }

  /** Of its own: Chromium does not draw a tab that is behind another. */
  private async newWindow(): Promise<Page> {
    const session = await this.context.newCDPSession(this.context.pages()[0]!);
    const opened = this.context.waitForEvent("page");
    await session.send("Target.createTarget", { url: "about:blank", newWindow: true });
    await session.detach();
    return opened;
  }

  /** Nothing is kept for him of what he did before. */
  private async startIn(identity: Identity, page: Page): Promise<Agent> {
    const session = await this.context.newCDPSession(page);
    const storageTypes = "cookies,local_storage,indexeddb,cache_storage";
    await session.send("Storage.clearDataForOrigin", { origin: this.sandbox.origin(identity), storageTypes });
    await session.detach();
    const agent = new Agent(identity, page);
    this.open.set(identity, agent);
    await agent.start(this.sandbox);
    return agent;
  }

  private async leave(identity: Identity, agent: Agent): Promise<void> {
    this.open.delete(identity);
    await agent.close();
    // His page is gone; nobody may be routed to him any more.
    await this.sandbox.setActivity(identity, "Offline");
  }
}

export const test = base.extend<{ atRest: void }, { staff: number; sandbox: Sandbox; agents: Agents }>({
  /** How many agents there are. */
  staff: [3, { option: true, scope: "worker" }],
  sandbox: [
    async ({ staff }, use) => {
      const sandbox = await Sandbox.start(process.env.PORT ? Number(process.env.PORT) : undefined, staff);
      await use(sandbox);
      await sandbox.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  agents: [
    async ({ playwright, launchOptions, sandbox }, use, { project }) => {
      const { viewport, locale } = project.use;
      // Of its own, on disk: Chromium keeps what it compiled of Flex's 18 MB only there, and a page starts in a fifth of the
      // time. Each agent has his own origin.
      const profile = await mkdtemp(join(tmpdir(), "backline-e2e-"));
      const context = await playwright.chromium.launchPersistentContext(profile, { ...launchOptions, viewport, locale, permissions: ["microphone"] });
      const agents = new Agents(context, sandbox);
      await use(agents);
      await agents.close();
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 60_000 },
  ],
  // After each test nothing is left, neither at the sandbox nor on a screen.
  atRest: [
    async ({ sandbox, agents }, use, info) => {
      await use();
      if (info.status !== info.expectedStatus) {
        for (const agent of agents.all()) {
          await agent.page.screenshot({ path: info.outputPath(`${agent.identity}.png`) }).catch(() => undefined);
          const diagnostics = await saveDiagnostics(agent.page).catch(() => undefined);
          await diagnostics?.saveAs(info.outputPath(`${agent.identity}.json`));
        }
        const state = info.outputPath("state.json");
        await writeFile(state, JSON.stringify({ ...(await sandbox.state()), levels: await sandbox.meters() }, null, 2));
        await info.attach("state", { path: state });
        return;
      }
      await sandbox.clearFaults();
      await sandbox.expectAtRest();
      for (const agent of agents.all()) await agent.expectNoTasks();
    },
    { auto: true },
  ],
});

export { expect };
