import { createServer } from 'node:http'
import type { Frame, Page } from 'playwright-core'
import { expect } from 'vitest'
import * as z from 'zod'

const html = `<!doctype html>
<title>A pod for tests</title>
<link rel="icon" href="data:,">
<script>
  const heard = []
  addEventListener('message', ({ origin, data }) => heard.push({ origin, data }))
</script>
<button onclick="parent.postMessage(this.value, '*')">Send</button>`

/** Serves a pod that does nothing by itself; without a slash at the end of its address. */
export async function startScriptedPods() {
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(html),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

const Heard = z.array(z.object({ origin: z.string(), data: z.string() }))
const Message = z.record(z.string(), z.unknown())
export type Message = z.output<typeof Message>

export type ScriptedPod = Awaited<ReturnType<typeof scriptedPodOn>>

/** Speaks for a scripted pod that a page frames, and tells what it hears. */
export async function scriptedPodOn(page: Page, address: string) {
  await page.goto(address)
  const frame = await frameOf(page)
  await frame.waitForLoadState()

  /** Fails where anything came that is not text. */
  async function heard(): Promise<Message[]> {
    const all = Heard.parse(await frame.evaluate('heard'))
    return all.map(({ data }) => Message.parse(JSON.parse(data)))
  }

  async function says(message: unknown): Promise<void> {
    await frame.evaluate((data) => parent.postMessage(data, '*'), message)
  }

  /** Waits for the one message that has these fields. */
  async function hears(fields: Message): Promise<Message> {
    await expect.poll(heard).toContainEqual(expect.objectContaining(fields))
    const found = (await heard()).find((one) =>
      Object.entries(fields).every(([name, value]) => one[name] === value),
    )
    if (found === undefined) throw new Error('heard, and gone')
    return found
  }

  return {
    page,
    frame,
    heard,
    hears,
    /** Sends anything, text or not, to whoever is around. */
    saysAsItIs: says,
    says: (message: Message) => says(JSON.stringify(message)),

    /** Says the first word, and answers the frame's id once the screen is known. */
    async ready(): Promise<string> {
      await says(JSON.stringify({ message: 'ready' }))
      await hears({ event: 'onLoad' })
      const id = (await heard())[0]?.MessageFrameID
      return z.string().parse(id)
    },

    /** As from a click, which lets the page around open windows. */
    async saysOnClick(message: Message): Promise<void> {
      const button = frame.getByRole('button', { name: 'Send' })
      await button.evaluate((element, text) => element.setAttribute('value', text), JSON.stringify(message))
      await button.click()
    },

    origins: async () => [...new Set(Heard.parse(await frame.evaluate('heard')).map(({ origin }) => origin))],
    /** What the page's own log says of messages that it passed over. */
    remarks: () => page.locator('#log em').allTextContents(),
  }
}

async function frameOf(page: Page): Promise<Frame> {
  const frame = await (await page.waitForSelector('iframe')).contentFrame()
  if (frame === null) throw new Error('the page has no pod in it')
  return frame
}
