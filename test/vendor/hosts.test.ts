import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import { VendorError } from '../../worker/vendor/error.ts'
import { addressProblem, allowedHosts } from '../../worker/vendor/hosts.ts'
import { vendorHttp } from '../../worker/vendor/http.ts'

const production = { allowInsecure: false }
const development = { allowInsecure: true }

describe('an address that a vendor may be called at', () => {
  test.each([
    'https://na.myconnectwise.net',
    'https://ksc.example:13299',
    'https://api.example/tigerpaw/',
    'https://8.8.8.8',
    'https://100.63.255.255',
    'https://100.128.0.0',
    'https://172.15.255.255',
    'https://172.32.0.0',
    'https://192.167.255.255',
    'https://[2606:4700::1111]',
    'https://[::ffff:8.8.8.8]',
    'https://[64:ff9b::8.8.8.8]',
    'https://[2002:808:808::1]',
    'https://10.example.com',
    'https://localhost.example.com',
    'https://internal.example.com',
  ])('%s', (url) => {
    expect(addressProblem(url, production)).toBeNull()
  })
})

describe('an address that is refused', () => {
  test.each([
    ['loopback', 'https://127.0.0.1'],
    ['loopback anywhere in its range', 'https://127.255.255.254:8443/path'],
    ['loopback in decimal', 'https://2130706433'],
    ['loopback in hexadecimal', 'https://0x7f000001'],
    ['loopback in octal', 'https://0177.0.0.1'],
    ['loopback in short form', 'https://127.1'],
    ['loopback in mixed spelling', 'https://0x7f.0.1'],
    ['loopback with a dot behind', 'https://127.0.0.1.'],
    ['loopback in full-width digits', 'https://１２７.０.０.１'],
    ['loopback with ideographic dots', 'https://127。0。0。1'],
    ['loopback in percent signs', 'https://%31%32%37.0.0.1'],
    ['unspecified', 'https://0.0.0.0'],
    ['unspecified in short form', 'https://0'],
    ['private 10', 'https://10.1.2.3'],
    ['private 172.16', 'https://172.16.0.1'],
    ['private 172.31', 'https://172.31.255.255'],
    ['private 192.168', 'https://192.168.178.1'],
    ['private 192.168 in short form', 'https://192.168.1'],
    ['link-local, where clouds keep their secrets', 'https://169.254.169.254'],
    ['carrier NAT', 'https://100.64.0.1'],
    ['carrier NAT, last', 'https://100.127.255.255'],
    ['protocol assignments', 'https://192.0.0.1'],
    ['documentation', 'https://203.0.113.7'],
    ['benchmarks', 'https://198.19.0.1'],
    ['multicast', 'https://224.0.0.1'],
    ['reserved', 'https://240.0.0.1'],
    ['broadcast', 'https://255.255.255.255'],
    ['IPv6 loopback', 'https://[::1]'],
    ['IPv6 unspecified', 'https://[::]'],
    ['IPv6 loopback, written out', 'https://[0:0:0:0:0:0:0:1]:8443'],
    ['IPv6 unique local', 'https://[fd12:3456::1]'],
    ['IPv6 link-local', 'https://[fe80::1]'],
    ['IPv6 site-local', 'https://[fec0::1]'],
    ['IPv6 multicast', 'https://[ff02::1]'],
    ['IPv6 documentation', 'https://[2001:db8::1]'],
    ['IPv6 Teredo', 'https://[2001::7f00:1]'],
    ['mapped loopback', 'https://[::ffff:127.0.0.1]'],
    ['mapped private in hexadecimal', 'https://[::ffff:a01:203]'],
    ['IPv4-compatible loopback', 'https://[::127.0.0.1]'],
    ['NAT64 of loopback', 'https://[64:ff9b::127.0.0.1]'],
    ['local NAT64', 'https://[64:ff9b:1::8.8.8.8]'],
    ['6to4 of private', 'https://[2002:a01:203::1]'],
    ['localhost', 'https://localhost'],
    ['localhost in capitals', 'https://LOCALHOST:8443'],
    ['below localhost', 'https://app.localhost'],
    ['localhost with a dot behind', 'https://localhost.'],
    ['.local', 'https://ksc.local'],
    ['.internal', 'https://metadata.google.internal'],
    ['.home.arpa', 'https://ksc.home.arpa'],
    ['a name of one part', 'https://ksc'],
    ['a public name with a dot behind', 'https://na.myconnectwise.net.'],
    ['a user in the address', 'https://anna@na.myconnectwise.net'],
    ['a password in the address', 'https://anna:secret@na.myconnectwise.net'],
    ['no encryption', 'http://na.myconnectwise.net'],
    ['another protocol', 'ftp://na.myconnectwise.net'],
    ['a file', 'file:///etc/passwd'],
    ['no protocol', 'na.myconnectwise.net'],
    ['no host', 'https://'],
    ['nothing', ''],
  ])('%s: %s', (_, url) => {
    expect(addressProblem(url, production)).toEqual(expect.any(String))
  })

  test('is explained without repeating a password from it', () => {
    expect(addressProblem('https://anna:hunter2@127.0.0.1', production)).not.toContain('hunter2')
  })
})

describe('in development', () => {
  test.each(['http://127.0.0.1:8080', 'https://localhost:8443', 'http://ksc', 'https://10.0.0.1'])(
    '%s may be called',
    (url) => {
      expect(addressProblem(url, development)).toBeNull()
    },
  )

  test.each(['ftp://127.0.0.1', 'http://anna:secret@127.0.0.1', 'nonsense'])('%s may not', (url) => {
    expect(addressProblem(url, development)).toEqual(expect.any(String))
  })
})

describe('the calls of a connection', () => {
  const refusal = (check: (url: URL) => void, url: string) => {
    try {
      check(new URL(url))
    } catch (error) {
      if (error instanceof VendorError) return error
      throw error
    }
    return null
  }
  const connectWise = allowedHosts('https://na.myconnectwise.net', production)
  const securityCenter = allowedHosts('https://ksc.example:13299', {
    ...production,
    vendor: 'Security Center',
  })

  test.each([
    'https://na.myconnectwise.net/v4_6_release/apis/3.0/system/info?x=1',
    'https://api-na.myconnectwise.net/v2025_1/apis/3.0/system/info',
    'https://staging.connectwisedev.com/',
    'https://webservices3.autotask.net/ATServicesRest/',
  ])('reach %s', (url) => {
    expect(refusal(connectWise, url)).toBeNull()
  })

  test.each([
    'https://evil.example/',
    'https://myconnectwise.net.evil.example/',
    'https://evilmyconnectwise.net/',
    'https://myconnectwise.net/',
    'https://na.myconnectwise.net:8443/',
    'https://api-na.myconnectwise.net:8443/',
    'https://api-na.myconnectwise.net./',
    'https://anna@na.myconnectwise.net/',
    'http://na.myconnectwise.net/',
    'http://api-na.myconnectwise.net/',
    'https://127.0.0.1/',
    'https://[::1]/',
  ])('do not reach %s', (url) => {
    expect(refusal(connectWise, url)?.failure).toMatchObject({ kind: 'rejected', status: 0 })
  })

  test('keep to the configured port', () => {
    expect(refusal(securityCenter, 'https://ksc.example:13299/api/v1.0/x')).toBeNull()
    expect(refusal(securityCenter, 'https://ksc.example/api/v1.0/x')).not.toBeNull()
  })

  test('that are refused name the connection and the host', () => {
    const error = refusal(securityCenter, 'https://evil.example/api')

    expect(error?.vendor).toBe('Security Center')
    expect(error?.failure).toMatchObject({ reply: expect.stringContaining('evil.example') })
  })

  test('to a private address that was once configured are refused again', () => {
    const check = allowedHosts('https://192.168.1.10:13299', production)

    expect(refusal(check, 'https://192.168.1.10:13299/')?.failure).toMatchObject({ kind: 'rejected' })
  })

  test('stay on the configured host in development too', () => {
    const check = allowedHosts('http://127.0.0.1:8080', development)

    expect(refusal(check, 'http://127.0.0.1:8080/x')).toBeNull()
    expect(refusal(check, 'http://127.0.0.1:8081/x')).not.toBeNull()
    expect(refusal(check, 'https://127.0.0.1:8080/x')).not.toBeNull()
  })

  test('that are refused send nothing', async () => {
    let calls = 0
    const server = createServer((_, response) => {
      calls++
      response.end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    const url = `http://127.0.0.1:${address.port}/`
    const httpAt = (baseUrl: string, allowInsecure: boolean) =>
      vendorHttp({
        vendor: 'ConnectWise',
        assertAllowed: allowedHosts(baseUrl, { allowInsecure }),
        extraHeaders: {},
        secrets: [],
        maxConcurrent: 1,
        timeoutMs: 5000,
      })

    await expect(httpAt('https://na.myconnectwise.net', false)({ method: 'GET', url })).rejects.toThrow(
      VendorError,
    )
    await expect(httpAt(url, false)({ method: 'GET', url })).rejects.toThrow(VendorError)
    expect(calls).toBe(0)

    await httpAt(url, true)({ method: 'GET', url })
    expect(calls).toBe(1)
    await new Promise((resolve) => server.close(resolve))
  })
})
