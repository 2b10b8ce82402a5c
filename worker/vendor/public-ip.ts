/**
 * Ranges of IPv4 that are not for the public internet: private, loopback, link-local, carrier NAT, documentation,
 * benchmarks, multicast, reserved.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const specialIpv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
].map((range) => {
  const [first = '', bits] = range.split('/')
  const size = 2 ** (32 - Number(bits))
  return { first: ipv4Number(first), last: ipv4Number(first) + size - 1 }
})

/** @param address four decimals, as `URL` spells it */
export function isPublicIpv4(address: string): boolean {
  const number = ipv4Number(address)
  return !specialIpv4.some(({ first, last }) => number >= first && number <= last)
}

/**
 * Whether an IPv6 address is one of the public internet. One that carries an IPv4 address inside is as public as that.
 *
 * @param address lower case and compressed, as `URL` spells it, without brackets
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function isPublicIpv6(address: string): boolean {
  const groups = ipv6Groups(address)
  const starts = (...prefix: number[]) => prefix.every((group, index) => groups[index] === group)
  const ipv4At = (index: number) => {
    const [high = 0, low = 0] = groups.slice(index)
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.')
  }

  const isMapped = starts(0, 0, 0, 0, 0, 0xffff)
  const isNat64 = starts(0x64, 0xff9b, 0, 0, 0, 0)
  if (isMapped || isNat64) return isPublicIpv4(ipv4At(6))
  const is6to4 = starts(0x2002)
  if (is6to4) return isPublicIpv4(ipv4At(1))

  const [first = 0, second = 0] = groups
  const isGlobalUnicast = first >= 0x2000 && first <= 0x3fff
  const isProtocolAssignment = first === 0x2001 && second < 0x200
  const isDocumentation = starts(0x2001, 0xdb8) || (first === 0x3fff && second < 0x1000)
  return isGlobalUnicast && !isProtocolAssignment && !isDocumentation
}

function ipv4Number(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0)
}

function ipv6Groups(address: string): number[] {
  const [head = '', tail] = address.split('::')
  const groups = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  if (tail === undefined) return groups(head)
  const zeros = 8 - groups(head).length - groups(tail).length
  return [...groups(head), ...Array<number>(zeros).fill(0), ...groups(tail)]
}
