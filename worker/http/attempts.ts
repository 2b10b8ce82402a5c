import type { Context } from 'hono'
import type { Deps } from '../deps.ts'
import type { AttemptLimit } from '../storage/sign-ins.ts'
import type { AppEnv } from './context.ts'
import { Refusal } from './errors.ts'

/** @throws Refusal 429 where one of the limits is reached */
export async function assertMayTry(c: Context<AppEnv>, limits: AttemptLimit[]): Promise<void> {
  const { signIns, now } = c.var.deps
  const seconds = await signIns.waitSeconds(limits, now().getTime())
  if (seconds === 0) return
  c.header('Retry-After', `${seconds}`)
  throw new Refusal(
    429,
    'too_many_attempts',
    `There were too many failed attempts. Try again in ${seconds} seconds.`,
  )
}

/** Counts a failed attempt; answers the refusal to throw. */
export async function failedAttempt(
  deps: Deps,
  limits: AttemptLimit[],
  code: string,
  message: string,
): Promise<Refusal> {
  await deps.signIns.failed(limits, deps.now().getTime())
  return new Refusal(401, code, message)
}
