import { originOf } from './origin.ts'

/**
 * The origin of the screens that people look at, for the address of a connection. ConnectWise's cloud answers programs
 * at `api-na.…` and shows its screens at `na.…`.
 *
 * @see docs/vendors/connectwise.md, "Finding the API"
 */
export function screenOrigin(baseUrl: string): string {
  const url = new URL(originOf(baseUrl))
  url.hostname = url.hostname.replace(/^api-(?=[a-z]+\.(myconnectwise\.net|connectwisedev\.com)$)/, '')
  return url.origin
}
