import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser of this machine; null where it has none. */
export const browserPath =
  [process.env.CHROMIUM_PATH ?? '', ...places].find((path) => path !== '' && existsSync(path)) ?? null

export function openBrowser(executablePath: string): Promise<Browser> {
  const args = ['--disable-background-networking', '--no-sandbox']
  return chromium.launch({ executablePath, args })
}
