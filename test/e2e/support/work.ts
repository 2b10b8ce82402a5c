import type { CDPSession, Frame } from 'playwright-core'

/**
 * Milliseconds for which the main thread of `frame` really computed during `action`: script, style, layout and paint.
 * What else the machine does at the time is not in it.
 */
export async function workDuring(frame: Frame, action: () => Promise<void>): Promise<number> {
  const session = await sessionOf(frame)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const before = await workedSeconds(session)
  await action()
  const worked = (await workedSeconds(session)) - before
  await session.detach()
  return worked * 1000
}

/** A frame of another origin has a process of its own, unless the browser saves on them. */
function sessionOf(frame: Frame): Promise<CDPSession> {
  const page = frame.page()
  return page
    .context()
    .newCDPSession(frame)
    .catch(() => page.context().newCDPSession(page))
}

async function workedSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  const task = metrics.find(({ name }) => name === 'TaskDuration')
  if (task === undefined) throw new Error('this Chromium does not tell how long its tasks took')
  return task.value
}
