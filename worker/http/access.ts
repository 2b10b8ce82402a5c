import { decode, verifyWithJwks } from 'hono/jwt'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { accessKeys } from './access-keys.ts'

/** In which Cloudflare Access says who came through it. */
export const accessHeader = 'Cf-Access-Jwt-Assertion'

const Claims = z.object({ email: z.string().min(1).max(320), exp: z.number() })

/** Whom Cloudflare Access let through, and until when, ISO 8601 in UTC. */
export interface AccessPerson {
  email: string
  expiresAt: string
}

/**
 * Who `token` was given to; null where it is not one of this application, has ended, or is of a program.
 *
 * @throws VendorError where the keys of the team are not to be had
 */
export async function accessPerson(
  token: string,
  { issuer, audience }: { issuer: string; audience: string },
  { settings, now }: Pick<Deps, 'settings' | 'now'>,
): Promise<AccessPerson | null> {
  const keyId = keyIdOf(token)
  if (keyId === null) return null
  const keys = await accessKeys(issuer, keyId, now().getTime(), settings.allowInsecure)
  try {
    const claims = Claims.parse(
      await verifyWithJwks(token, {
        keys,
        allowedAlgorithms: ['RS256'],
        verification: { iss: issuer, aud: audience },
      }),
    )
    return { email: claims.email, expiresAt: new Date(claims.exp * 1000).toISOString() }
  } catch {
    return null
  }
}

/** Null where the token does not name the key that signed it. */
function keyIdOf(token: string): string | null {
  try {
    return decode(token).header.kid ?? null
  } catch {
    return null
  }
}
