import type { Call } from '../../vendors/tigerpaw/account.ts'
import type { Tigerpaw } from '../../vendors/tigerpaw/server.ts'
import { byProduct, type Side } from './side.ts'
import { isOrderWrite, tigerpawDesk } from './tigerpaw-desk.ts'

export type TigerpawSide = Side & { account: ReturnType<Tigerpaw['account']>; level: string }

export function tigerpawSide(vendor: Tigerpaw): TigerpawSide {
  const account = vendor.account()
  const { publicKey, privateKey, soapUser, soapPassword } = account
  const level = Number(account.addPriceLevel({ description: 'Managed' }).id)
  return {
    account,
    level: `${level}`,
    kind: 'tigerpaw',
    desk: tigerpawDesk(account),
    connection: {
      kind: 'tigerpaw',
      baseUrl: account.baseUrl,
      credentials: { publicKey, privateKey, soapUser, soapPassword },
    },
    product(name) {
      account.addItem({ itemId: name, description: name, prices: { [level]: 3 } })
      return name
    },
    customer(name) {
      const company = Number(account.addAccount({ name, linked: true }).id)
      const agreement = Number(account.addAgreement({ account: company, startDate: '2026-01-01' }).id)
      return { companyId: `${company}`, agreementId: `${agreement}`, priceLevelId: `${level}` }
    },
    billed: (agreementId) =>
      byProduct(account.chargesOf(Number(agreementId)).map(({ itemId, quantity }) => [itemId, quantity])),
    writes: () => account.calls.filter(isWrite).length,
    calls: () => account.calls.length,
    fail: (which, failure, after = 0) =>
      account.faults.add({ ...failure, after, match: (call) => (which === 'write') === isWrite(call) }),
    clearFaults: () => account.faults.clear(),
    setLatency(ms) {
      account.latencyMs = ms
    },
    preparation: (connection, on) => ({ path: `/api/connections/${connection}/test-write`, body: on }),
  }
}

function isWrite(call: Pick<Call, 'method' | 'path'>): boolean {
  return call.path.endsWith('.asmx') || isOrderWrite(call)
}
