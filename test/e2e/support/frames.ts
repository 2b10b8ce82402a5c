import type { Frame } from 'playwright-core'

/** Milliseconds from each frame that was drawn during `action` to the next. */
export async function framesDuring(frame: Frame, action: () => Promise<void>): Promise<number[]> {
  await frame.evaluate(() => {
    const times: number[] = []
    const note = (at: number) => {
      times.push(at)
      if (Reflect.get(globalThis, 'drawnAt') === times) requestAnimationFrame(note)
    }
    Reflect.set(globalThis, 'drawnAt', times)
    requestAnimationFrame(note)
  })
  await action()
  return frame.evaluate(() => {
    const times: number[] = Reflect.get(globalThis, 'drawnAt')
    Reflect.deleteProperty(globalThis, 'drawnAt')
    return times.slice(1).map((at, index) => at - (times[index] ?? at))
  })
}
