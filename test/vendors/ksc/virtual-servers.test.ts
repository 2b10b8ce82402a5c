import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { post, sessionOn, tokenOf, wrapped } from './caller.ts'
import { type Ksc, startKsc } from './start.ts'

let ksc: Ksc
beforeAll(async () => {
  ksc = await startKsc()
})
afterAll(() => ksc.close())

describe('virtual servers', () => {
  test('are listed to the main server with their dates wrapped, and to no other', async () => {
    const account = ksc.account()
    account.addServer({ id: 3, uid: 'VS-7f0c', name: 'Acme Ltd', createdAt: '2024-02-01T09:00:00Z' })
    const main = await sessionOn(account)
    const acme = await sessionOn(account, 'Acme Ltd')

    expect(await main('VServers.GetVServers', { lParentGroup: -1 })).toEqual({
      PxgRetVal: [
        wrapped({
          KLVSRV_ID: 3,
          KLVSRV_UID: 'VS-7f0c',
          KLVSRV_DN: 'Acme Ltd',
          KLVSRV_GRP: 0,
          KLVSRV_ENABLED: true,
          KLVSRV_LIC_ENABLED: true,
          KLVSRV_CREATED: { type: 'datetime', value: '2024-02-01T09:00:00Z' },
        }),
      ],
    })
    expect(await acme('VServers.GetVServers', { lParentGroup: -1 })).toMatchObject({
      PxgError: { message: 'Access denied' },
    })
  })

  test('a removed one is gone from the list and ends its sessions', async () => {
    const account = ksc.account()
    const acme = account.addServer({ name: 'Acme Ltd' })
    account.addServer({ uid: 'VS-2', name: 'Globex' })
    const token = await tokenOf(account, 'Acme Ltd')
    const main = await sessionOn(account)

    account.removeServer(acme)

    expect((await post(account, 'Session.Ping', { 'x-ksc-session': token })).status).toBe(403)
    expect(await main('VServers.GetVServers', { lParentGroup: -1 })).toMatchObject({
      PxgRetVal: [wrapped({ KLVSRV_UID: 'VS-2' })],
    })
    expect(account.openSessions).toBe(1)
  })

  test('a statistic counts hosts with a record and the hosts of each product', async () => {
    const account = ksc.account()
    const acme = account.addServer({ id: 3, name: 'Acme Ltd', createdAt: '2024-02-01T09:00:00Z' })
    const hosts = acme.addHosts(2, { name: 'pc' })
    const ghost = acme.addHost({ name: 'ghost', record: false })
    const key = acme.addKey({ serial: '1A2B', product: 'Kaspersky A', type: 1, limitDate: '2027-05-01' })
    key.use([...hosts, ghost], { product: 'KES', version: '12.5.0.0' })
    const main = await sessionOn(account)

    expect(await main('VServers2.GetVServerStatistic', { lVsId: 3 })).toEqual({
      PxgRetVal: {
        KLVSRV_HOSTS: 2,
        KLVSRV_CREATED: { type: 'datetime', value: '2024-02-01T09:00:00Z' },
        KLVSRV_LICENSES: [
          wrapped({
            KLLIC_SERIAL: '1A2B',
            KLLIC_PROD_NAME: 'Kaspersky A',
            KLLIC_KEY_TYPE: 1,
            KLLIC_LIMIT_DATE: { type: 'datetime', value: '2027-05-01T00:00:00Z' },
          }),
        ],
        KLVSRV_PRODUCTS: wrapped({ KES: wrapped({ '12.5.0.0': wrapped({ KLVSRV_PROD_CNT: 3 }) }) }),
      },
    })
    expect(await main('VServers2.GetVServerStatistic', { lVsId: 99 })).toHaveProperty('PxgError')
  })
})
