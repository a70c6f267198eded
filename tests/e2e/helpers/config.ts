// What all three uses of Playwright here (tests, demo, bench) have in common.
import { defineConfig, type PlaywrightTestConfig } from "@playwright/test";
import { join } from "node:path";
import { writeTone } from "./microphone";

export const target = process.env.TARGET ?? join(import.meta.dirname, "../../../target");

const tone = join(target, "e2e-tone.wav");

/** One worker: two Flex pages are as much as a machine with two cores can take. */
export function configured(testDir: string, testMatch: string, more: PlaywrightTestConfig = {}): PlaywrightTestConfig {
  writeTone(tone);
  return defineConfig({
    testDir,
    testMatch,
    workers: 1,
    fullyParallel: false,
    forbidOnly: true,
    retries: 0,
    timeout: 120_000,
    expect: { timeout: 30_000 },
    reporter: "list",
    outputDir: join(target, "e2e"),
    ...more,
    use: {
      viewport: { width: 1280, height: 800 },
      locale: "en-US",
      trace: "off",
      screenshot: "only-on-failure",
      launchOptions: {
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: [
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--autoplay-policy=no-user-gesture-required",
          "--use-fake-ui-for-media-stream",
          "--use-fake-device-for-media-stream",
          `--use-file-for-fake-audio-capture=${tone}`,
        ],
      },
      ...more.use,
    },
  });
}
