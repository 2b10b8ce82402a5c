import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allHosts, chunk, hostsOfKey, sessionOn, textIn, wrapped } from './caller.ts'
import { devices } from './devices.ts'
import { type Ksc, startKsc } from './start.ts'

let ksc: Ksc
beforeAll(async () => {
  ksc = await startKsc()
})
afterAll(() => ksc.close())

function acme() {
  const account = ksc.account()
  return { account, server: account.addServer({ name: 'Acme Ltd' }) }
}

const shape = ['KLHST_WKS_OS_NAME', 'KLHST_WKS_CTYPE', 'KLHST_WKS_PTYPE']

describe('devices', () => {
  test.each([
    ['workstation', { os: 'Microsoft Windows 10', ctype: 4099, ptype: 2 }],
    ['server', { os: 'Microsoft Windows Server 2019', ctype: 36867, ptype: 2 }],
    ['domainController', { os: 'Microsoft Windows Server 2016', ctype: 4107, ptype: 2 }],
    ['linux', { os: 'Linux', ctype: 2099200, ptype: 6 }],
    ['mac', { os: 'Mac OS X', ptype: 10 }],
    ['iphone', { os: 'iOS', ptype: 12 }],
    ['android', { os: 'Android' }],
    ['windowsWithoutPlatform', { os: 'Microsoft Windows 7', ctype: 4099 }],
    ['namelessServer', { os: '<Microsoft Windows>', ctype: 36867, ptype: 2 }],
    ['contradicting', { os: 'Microsoft Windows Server 2019', ctype: 4099, ptype: 2 }],
  ] as const)('a %s is reported with the attributes it has and no others', async (kind, seen: Seen) => {
    const { account, server } = acme()
    server.addHost(devices[kind])
    const call = await sessionOn(account, 'Acme Ltd')

    const found = await call('HostGroup.FindHosts', allHosts(...shape))

    expect(await chunk(call, found)).toEqual({
      PxgRetVal: 1,
      pChunk: {
        KLCSP_ITERATOR_ARRAY: [
          wrapped({
            KLHST_WKS_OS_NAME: seen.os,
            ...(seen.ctype !== undefined && { KLHST_WKS_CTYPE: seen.ctype }),
            ...(seen.ptype !== undefined && { KLHST_WKS_PTYPE: seen.ptype }),
          }),
        ],
      },
    })
  })

  test('one without a record uses its key and is found by no search', async () => {
    const { account, server } = acme()
    const ghost = server.addHost({ ...devices.withoutRecord, id: 'ghost-id' })
    server.addKey({ serial: '1A2B', product: 'Kaspersky A', type: 1 }).use(ghost)
    const call = await sessionOn(account, 'Acme Ltd')

    expect(await call('HostGroup.FindHosts', allHosts(...shape))).toMatchObject({ PxgRetVal: 0 })
    expect(await call('LicenseKeys.AcquireKeyHosts', hostsOfKey('1A2B', 'KLLICSRV_HOSTNAME'))).toMatchObject({
      lKeyCount: 1,
    })
  })

  test('one that gets another system shows it in the next search', async () => {
    const { account, server } = acme()
    const host = server.addHost({ ...devices.workstation, id: 'h1' })

    host.os = 'Microsoft Windows 11'
    host.name = 'reception'

    const call = await sessionOn(account, 'Acme Ltd')
    const found = await call(
      'HostGroup.FindHosts',
      allHosts('KLHST_WKS_HOSTNAME', 'KLHST_WKS_DN', 'KLHST_WKS_OS_NAME'),
    )
    expect(await chunk(call, found)).toMatchObject({
      pChunk: {
        KLCSP_ITERATOR_ARRAY: [
          wrapped({
            KLHST_WKS_HOSTNAME: 'h1',
            KLHST_WKS_DN: 'reception',
            KLHST_WKS_OS_NAME: 'Microsoft Windows 11',
          }),
        ],
      },
    })
  })
})

type Seen = { os: string; ctype?: number; ptype?: number }

describe('a search', () => {
  test('finds all with the empty filter and with "*", one name with that name, and refuses what it does not know', async () => {
    const { account, server } = acme()
    server.addHosts(12, devices.workstation)
    const call = await sessionOn(account, 'Acme Ltd')
    const find = (wstrFilter: string) =>
      call('HostGroup.FindHosts', { ...allHosts('KLHST_WKS_DN'), wstrFilter })

    expect(await find('')).toMatchObject({ PxgRetVal: 12 })
    expect(await find('(KLHST_WKS_DN="*")')).toMatchObject({ PxgRetVal: 12 })
    expect(await find('(KLHST_WKS_DN="pc-1?")')).toMatchObject({ PxgRetVal: 3 })
    expect(await find('(KLHST_WKS_DN="pc-7")')).toMatchObject({ PxgRetVal: 1 })
    expect(await find('KLHST_WKS_DN="*"')).toHaveProperty('PxgError')
  })

  test('from the main server reaches into all servers unless it asks for its own hosts', async () => {
    const { account, server } = acme()
    server.addHosts(3, devices.workstation)
    account.main.addHosts(2, devices.server)
    const main = await sessionOn(account)
    const args = allHosts('KLHST_WKS_DN')

    expect(await main('HostGroup.FindHosts', args)).toMatchObject({ PxgRetVal: 2 })
    expect(await main('HostGroup.FindHosts', { ...args, pParams: {} })).toMatchObject({ PxgRetVal: 5 })
  })

  test('is read in chunks from anywhere, is counted, and is gone once released', async () => {
    const { account, server } = acme()
    server.addHosts(5, devices.workstation)
    const call = await sessionOn(account, 'Acme Ltd')
    const found = await call('HostGroup.FindHosts', allHosts('KLHST_WKS_DN'))
    const strAccessor = textIn(found, 'strAccessor')

    expect(await call('ChunkAccessor.GetItemsCount', { strAccessor })).toEqual({ PxgRetVal: 5 })
    expect(await chunk(call, found, 3, 2)).toEqual({
      PxgRetVal: 2,
      pChunk: {
        KLCSP_ITERATOR_ARRAY: [wrapped({ KLHST_WKS_DN: 'pc-4' }), wrapped({ KLHST_WKS_DN: 'pc-5' })],
      },
    })
    expect(await chunk(call, found, 0, 1)).toMatchObject({
      pChunk: { KLCSP_ITERATOR_ARRAY: [wrapped({ KLHST_WKS_DN: 'pc-1' })] },
    })
    expect(await chunk(call, found, 5, 2)).toEqual({ PxgRetVal: 0, pChunk: { KLCSP_ITERATOR_ARRAY: [] } })

    expect(account.openAccessors).toBe(1)
    expect(await call('ChunkAccessor.Release', { strAccessor })).toEqual({})
    expect(account.openAccessors).toBe(0)
    expect(await chunk(call, found)).toMatchObject({ PxgError: { message: 'Accessor was not found' } })
  })

  test('is kept as long as asked, at most 7200 seconds', async () => {
    const { account } = acme()
    const call = await sessionOn(account, 'Acme Ltd')
    const find = (lMaxLifeTime: number) =>
      call('HostGroup.FindHosts', { ...allHosts('KLHST_WKS_DN'), lMaxLifeTime })

    await find(60)
    await find(7200)
    expect(await find(7201)).toHaveProperty('PxgError')

    expect(account.openAccessors).toBe(2)
    account.passTime(60)
    expect(account.openAccessors).toBe(1)
  })

  test('of 20,000 hosts delivers each of them once', async () => {
    const { account, server } = acme()
    const hosts = server.addHosts(20_000, devices.workstation)
    server.addKey({ serial: '1A2B', product: 'Kaspersky A', type: 1 }).use(hosts)
    const call = await sessionOn(account, 'Acme Ltd')
    const found = await call('HostGroup.FindHosts', allHosts('KLHST_WKS_HOSTNAME'))

    const seen = new Set<string>()
    for (let start = 0; start < 20_000; start += 1000) {
      const text = JSON.stringify(await chunk(call, found, start, 1000))
      for (const [, id] of text.matchAll(/"KLHST_WKS_HOSTNAME":"([^"]+)"/g)) if (id) seen.add(id)
    }

    expect(seen).toEqual(new Set(hosts.map((host) => host.id)))
    expect(await call('LicenseKeys.AcquireKeyHosts', hostsOfKey('1A2B', 'KLLICSRV_HOSTNAME'))).toMatchObject({
      lKeyCount: 20_000,
    })
  })
})
