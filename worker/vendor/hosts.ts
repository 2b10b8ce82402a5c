import { VendorError } from './error.ts'
import { isPublicIpv4, isPublicIpv6 } from './public-ip.ts'

export interface AddressRules {
  /** For development only: permits `http:` and hosts that are private or local. */
  allowInsecure: boolean
}

/** Hosts of the vendors' clouds that a configured host may send us on to. */
const discoveredDomains = ['.myconnectwise.net', '.connectwisedev.com', '.autotask.net']

/** Endings that never lead to a host on the public internet. */
const localEndings = [
  '.localhost',
  '.local',
  '.localdomain',
  '.internal',
  '.intranet',
  '.lan',
  '.home',
  '.corp',
  '.home.arpa',
]

/**
 * Why vendors may not be called at `url`, in words for the person who entered it; null where they may.
 *
 * Judges the address as it is written. What a public name resolves to is not known here.
 */
export function addressProblem(url: string, { allowInsecure }: AddressRules): string | null {
  if (!URL.canParse(url)) return 'it is not an address; write it like https://host.example'
  const { protocol, hostname, username, password } = new URL(url)
  if (username !== '' || password !== '') return 'a user name or password in the address is not allowed'
  if (protocol !== 'https:' && !(allowInsecure && protocol === 'http:')) return 'it must start with https://'
  return allowInsecure ? null : hostProblem(hostname)
}

/**
 * The check for calls of one connection: a URL passes whose host and port are the configured ones, or whose host is one
 * of the vendors' own clouds at the usual port.
 *
 * The returned function throws a `VendorError` of kind `rejected` with status 0 for any other URL, before anything is
 * sent. `options.vendor` names the connection in it; without it, the configured host does.
 */
export function allowedHosts(
  baseUrl: string,
  options: AddressRules & { vendor?: string },
): (url: URL) => void {
  const base = new URL(baseUrl)
  const refuse = (why: string) => {
    const reply = `the call was not sent: ${why}`
    throw new VendorError(options.vendor ?? base.host, { kind: 'rejected', status: 0, reply })
  }

  const passed = new Set<string>()
  return (url) => {
    if (passed.has(url.origin) && url.username === '' && url.password === '') return
    const problem = addressProblem(url.href, options)
    if (problem !== null) refuse(`${url.host} may not be called, because ${problem}`)
    if (url.protocol !== base.protocol) refuse(`${url.host} was to be called over ${url.protocol}`)
    const isDiscovered = url.port === '' && discoveredDomains.some((domain) => url.hostname.endsWith(domain))
    if (url.host !== base.host && !isDiscovered) refuse(`${url.host} does not belong to this connection`)
    passed.add(url.origin)
  }
}

/** @param hostname as `URL` spells it: lower case, IPv4 in four decimals, IPv6 in brackets */
function hostProblem(hostname: string): string | null {
  if (hostname.startsWith('[')) {
    return isPublicIpv6(hostname.slice(1, -1)) ? null : 'it is a private or local address'
  }
  if (/^[\d.]+$/.test(hostname)) return isPublicIpv4(hostname) ? null : 'it is a private or local address'
  if (hostname.endsWith('.')) return 'its host ends in a dot'
  if (!hostname.includes('.')) return 'its host is a local name; write the full public name'
  if (localEndings.some((ending) => hostname.endsWith(ending))) return 'its host is a local name'
  return null
}
