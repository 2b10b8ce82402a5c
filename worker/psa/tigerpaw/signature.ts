export interface RestKeys {
  publicKey: string
  privateKey: string
}

export interface SignedHeaders extends Record<string, string> {
  authorization: string
  /** Stands in for `Date`, which a Worker can't set. */
  'x-tsi-date': string
}

/**
 * What proves one request to the REST API; the next one needs its own.
 *
 * @see docs/vendors/tigerpaw.md, "Signing"
 */
export async function signedHeaders(
  { publicKey, privateKey }: RestKeys,
  request: { method: string; url: string },
  at: Date,
): Promise<SignedHeaders> {
  const date = at.toUTCString()
  const text = `${request.method}|${new URL(request.url).pathname}|${date}`.toLowerCase()
  const signature = base64(await hmacSha256(privateKey, text))
  const token = base64(new TextEncoder().encode(`${publicKey}:${signature}`))
  return { authorization: `TSI ${token}`, 'x-tsi-date': date }
}

async function hmacSha256(key: string, text: string): Promise<Uint8Array> {
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, encoder.encode(text)))
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
