import * as z from 'zod'
import { allowedHosts } from '../vendor/hosts.ts'
import { assertOk, parseReply, vendorHttp } from '../vendor/http.ts'

const Key = z.object({ kid: z.string(), kty: z.literal('RSA'), n: z.string(), e: z.string() })
export type AccessKey = z.output<typeof Key>

/** Keys of other sorts are passed over. */
const Keys = z.object({
  keys: z.array(z.unknown()).transform((all) => all.flatMap((one) => Key.safeParse(one).data ?? [])),
})

/** So long keys are believed, in milliseconds; after a rotation Access goes on for days with those before. */
const believedMs = 10 * 60_000
/** Made-up key ids must not make us ask all the time, in milliseconds. */
const restMs = 60_000

interface Known {
  keys: AccessKey[]
  askedMs: number
  /** When a key that was not among them was last asked for. */
  missedMs: number
}

/** By the address of the team. */
const known = new Map<string, Known>()

/**
 * The keys that an Access team signs with; kept in memory, and asked for early where `keyId` is none of them.
 *
 * @throws VendorError where they are not to be had
 */
export async function accessKeys(
  issuer: string,
  keyId: string,
  nowMs: number,
  allowInsecure: boolean,
): Promise<AccessKey[]> {
  const last = known.get(issuer)
  const isFresh = last !== undefined && nowMs - last.askedMs < believedMs
  const isMissing = last?.keys.every(({ kid }) => kid !== keyId) === true
  if (isFresh && !(isMissing && nowMs - last.missedMs >= restMs)) return last.keys
  const missedMs = isMissing ? nowMs : 0
  if (last !== undefined) known.set(issuer, { ...last, missedMs })

  const keys = await askedFor(issuer, allowInsecure)
  known.set(issuer, { keys, askedMs: nowMs, missedMs })
  return keys
}

async function askedFor(issuer: string, allowInsecure: boolean): Promise<AccessKey[]> {
  const vendor = 'Cloudflare Access'
  const http = vendorHttp({
    vendor,
    assertAllowed: allowedHosts(issuer, { allowInsecure, vendor }),
    extraHeaders: {},
    secrets: [],
    maxConcurrent: 1,
    timeoutMs: 10_000,
  })
  const reply = await http({ method: 'GET', url: `${issuer}/cdn-cgi/access/certs` })
  assertOk(vendor, reply)
  return parseReply(vendor, reply, Keys).keys
}
