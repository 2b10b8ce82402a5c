import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { sign } from 'hono/jwt'

export type AccessTeam = Awaited<ReturnType<typeof startAccessTeam>>

/** The part of Cloudflare Access that a deployment behind it meets: a team's keys, and the tokens that they sign. */
export async function startAccessTeam(audience: string) {
  const keys = new Map<string, ReturnType<typeof newPair>>()
  let asked = 0
  let isDown = false
  const server = createServer((request, response) => {
    if (request.url !== '/cdn-cgi/access/certs') {
      response.writeHead(404).end()
      return
    }
    asked++
    if (isDown) {
      response.writeHead(503).end()
      return
    }
    const list = [...keys].map(([kid, { publicKey }]) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      alg: 'RS256',
      use: 'sig',
    }))
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ keys: list, public_certs: [] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const team = `http://127.0.0.1:${address.port}`

  return {
    team,
    /** How often the keys were asked for. */
    timesAsked: () => asked,
    setDown: (down: boolean) => {
      isDown = down
    },
    addKey(kid: string): void {
      keys.set(kid, newPair())
    },

    /** As Access hands it on, of half an hour; `claims` and `kid` as they are given. */
    token(
      email: string,
      { kid = 'first', claims = {} }: { kid?: string; claims?: Record<string, unknown> } = {},
    ): Promise<string> {
      const { privateKey } = keys.get(kid) ?? newPair()
      const now = Math.floor(Date.now() / 1000)
      return sign(
        { iss: team, aud: [audience], email, type: 'app', iat: now, nbf: now, exp: now + 1800, ...claims },
        { kty: 'RSA', ...privateKey.export({ format: 'jwk' }), alg: 'RS256', kid },
        'RS256',
      )
    },

    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

function newPair() {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}
