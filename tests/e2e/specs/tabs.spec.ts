// Two tabs of the same agent: the one that placed a call has it, the other shows it and does nothing by itself.
import type { WebSocketRoute } from "@playwright/test";
import { expect, test } from "../helpers/test";

/** A page's event bridge, which can be away. */
class EventBridge {
  #away = false;
  readonly #open = new Set<WebSocketRoute>();

  carry(socket: WebSocketRoute): void {
    if (this.#away) {
      void socket.close();
      return;
    }
    socket.connectToServer();
    this.#open.add(socket);
  }

  async goAway(): Promise<void> {
    this.#away = true;
    for (const socket of this.#open) await socket.close();
    this.#open.clear();
  }

  comeBack(): void {
    this.#away = false;
  }
}

test("a tab that did not hear how a call ended is told by the functions: declined in the other tab, or missed", async ({ sandbox, agents }) => {
  const alice = await agents.at("alice");
  const bob = await agents.at("bob");
  const second = await bob.page.context().newPage();
  const bridge = new EventBridge();
  await second.routeWebSocket(/\/v1\/wschannels/, (socket) => bridge.carry(socket));
  await second.goto(`${sandbox.origin("bob")}/`);
  await expect(second.getByTestId("activity-dropdown-button")).toContainText("Available", { timeout: 60_000 });
  const rings = second.locator(".Twilio-TaskButton-Accept").first();
  const told = second.locator(".Twilio-NotificationBar").getByText(alice.name);

  await alice.call(bob.name);
  await expect(rings).toBeVisible();
  await bridge.goAway();
  await bob.expectRinging();
  await sandbox.forgetRequests();
  await bob.reject();
  await expect(alice.told(`${bob.name} declined`)).toBeVisible();
  bridge.comeBack();
  await expect(rings).toBeHidden({ timeout: 30_000 });
  // It has asked, and been answered.
  await expect.poll(async () => (await sandbox.requests()).filter(({ name }) => name === "functions:flex/end").length).toBeGreaterThan(1);
  await expect(told).toBeHidden();

  await alice.expectNoTasks();
  await alice.call(bob.name);
  await expect(rings).toBeVisible();
  await bridge.goAway();
  await alice.hangUp();
  await expect(bob.told(`You missed a call from ${alice.name}.`)).toBeVisible();
  bridge.comeBack();
  await expect(told).toContainText(`You missed a call from ${alice.name}.`, { timeout: 30_000 });
  await second.close();
  await bob.page.getByRole("button", { name: "Close" }).first().click();
});
