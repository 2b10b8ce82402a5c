import * as z from 'zod'
import { addressProblem } from './vendor/hosts.ts'

/** A message only wakes a chain; what is to be done stands in the database. */
export const ChainMessage = z.object({ chain: z.string(), step: z.number() })
export type ChainMessage = z.output<typeof ChainMessage>

export interface Env {
  DB: D1Database
  /** A cache of picker lists; nothing that decides an amount is read from it. */
  PICKERS: KVNamespace
  /** The built pod. */
  ASSETS: Fetcher
  COLLECT: Queue<ChainMessage>
  BILL: Queue<ChainMessage>
  ADMIN_TOKEN?: string
  CREDENTIALS_KEY?: string
  SESSION_KEY?: string
  LEASE_SECONDS?: string
  ACCESS_TEAM_DOMAIN?: string
  ACCESS_AUD?: string
  ALLOW_INSECURE_UPSTREAMS?: string
}

const secretAdvice = 'Set it with "wrangler secret put", or locally in .dev.vars.'

const Settings = z
  .object({
    ADMIN_TOKEN: z
      .string({ error: `ADMIN_TOKEN is missing. ${secretAdvice}` })
      .min(32, { error: `ADMIN_TOKEN must have at least 32 characters. ${secretAdvice}` }),
    CREDENTIALS_KEY: z
      .string({ error: `CREDENTIALS_KEY is missing. ${secretAdvice}` })
      .regex(/^[A-Za-z0-9+/]{43}=$/, {
        error: `CREDENTIALS_KEY must be 32 random bytes in Base64, e.g. from "openssl rand -base64 32". ${secretAdvice}`,
      }),
    SESSION_KEY: z
      .string({ error: `SESSION_KEY is missing. ${secretAdvice}` })
      .min(1, { error: `SESSION_KEY is empty. ${secretAdvice}` }),
    LEASE_SECONDS: z.coerce
      .number({ error: 'LEASE_SECONDS must be a number of seconds.' })
      .min(1, { error: 'LEASE_SECONDS must be at least 1.' })
      .max(900, { error: 'LEASE_SECONDS must be at most 900.' })
      .default(120),
    ACCESS_TEAM_DOMAIN: z.string().default(''),
    ACCESS_AUD: z.string().default(''),
    ALLOW_INSECURE_UPSTREAMS: z.string().optional(),
  })
  .superRefine(({ ACCESS_TEAM_DOMAIN: team, ACCESS_AUD: audience, ...others }, context) => {
    const message = accessProblem(team, audience, isInsecure(others))
    if (message !== null) context.addIssue({ code: 'custom', message })
  })
  .transform((settings) => ({
    adminToken: settings.ADMIN_TOKEN,
    credentialsKey: settings.CREDENTIALS_KEY,
    sessionKey: settings.SESSION_KEY,
    leaseSeconds: settings.LEASE_SECONDS,
    allowInsecure: isInsecure(settings),
    /** Null where the deployment does not sit behind Cloudflare Access. */
    access:
      settings.ACCESS_AUD === ''
        ? null
        : { issuer: issuerOf(settings.ACCESS_TEAM_DOMAIN), audience: settings.ACCESS_AUD },
  }))

function isInsecure({
  ALLOW_INSECURE_UPSTREAMS,
}: {
  ALLOW_INSECURE_UPSTREAMS?: string | undefined
}): boolean {
  return ALLOW_INSECURE_UPSTREAMS === 'true'
}

/** Empty texts count as absent. */
function accessProblem(team: string, audience: string, allowInsecure: boolean): string | null {
  if (team === '' && audience === '') return null
  if (team === '' || audience === '') {
    return 'ACCESS_TEAM_DOMAIN and ACCESS_AUD belong together: set both to sign people in by Cloudflare Access, or none.'
  }
  const isTeam = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(team)
  const isFine = isTeam
    ? addressProblem(issuerOf(team), { allowInsecure: false }) === null
    : allowInsecure && /^http:\/\/127\.0\.0\.1:\d+$/.test(team)
  return isFine
    ? null
    : 'ACCESS_TEAM_DOMAIN must be the host of your Cloudflare Access team alone, e.g. msp.cloudflareaccess.com.'
}

/** As Access names itself in its tokens. In development the team may be an origin of this machine. */
function issuerOf(team: string): string {
  return team.startsWith('http://') ? team : `https://${team.toLowerCase()}`
}

export type WorkerSettings = z.output<typeof Settings>

/** The deployment lacks a setting or has a wrong one; the message says which and how to mend it. */
export class MisconfiguredError extends Error {
  override name = 'MisconfiguredError'
}

/** @throws MisconfiguredError naming every setting that is missing or wrong, never its value */
export function workerSettings(env: Env): WorkerSettings {
  const result = Settings.safeParse(env)
  if (result.success) return result.data
  throw new MisconfiguredError(result.error.issues.map((issue) => issue.message).join(' '))
}
