/** Scheme, host and port of what was given as the address; `https:` where it names no scheme. */
export function originOf(baseUrl: string): string {
  const text = baseUrl.trim()
  return new URL(/^https?:\/\//i.test(text) ? text : `https://${text}`).origin
}
