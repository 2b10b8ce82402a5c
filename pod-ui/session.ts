/** In memory only: a reload signs in again through the page around the pod. */
let token: string | null = null
let renew: (() => Promise<string | null>) | null = null
let renewing: Promise<string | null> | null = null

export function currentToken(): string | null {
  return token
}

export function keepToken(next: string | null): void {
  token = next
}

/** How a fresh token is had where one can be had without asking a person. */
export function renewBy(way: () => Promise<string | null>): void {
  renew = way
}

/** A fresh token, asked for once however many requests need it; null where none can be had. */
export function renewedToken(): Promise<string | null> {
  if (renew === null) return Promise.resolve(null)
  renewing ??= renew()
    .then((next) => {
      token = next
      return next
    })
    .finally(() => {
      renewing = null
    })
  return renewing
}

/** Sends with the token; where that has run out, once more with a fresh one. */
export async function withToken(send: (token: string | null) => Promise<Response>): Promise<Response> {
  const response = await send(token)
  if (response.status !== 401) return response
  const fresh = await renewedToken()
  return fresh === null ? response : send(fresh)
}
