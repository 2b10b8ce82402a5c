import type { Call } from '../../vendors/autotask/account.ts'
import type { Autotask } from '../../vendors/autotask/server.ts'
import { autotaskDesk } from './autotask-desk.ts'
import { byProduct, lastDay, type Side } from './side.ts'

export type AutotaskSide = Side & {
  account: ReturnType<Autotask['account']>
  nameOf(service: number): string
}

export function autotaskSide(vendor: Autotask): AutotaskSide {
  const account = vendor.account()
  const { userName, secret, integrationCode } = account
  const names = new Map<number, string>()
  return {
    account,
    nameOf: (service) => names.get(service) ?? `service ${service}`,
    kind: 'autotask',
    desk: autotaskDesk(account),
    connection: {
      kind: 'autotask',
      baseUrl: account.baseUrl,
      credentials: { userName, secret, integrationCode },
    },
    product(name) {
      const { id } = account.addService({ name, unitPrice: 3 })
      names.set(Number(id), name)
      return `${id}`
    },
    customer(name, products) {
      const company = Number(account.addCompany({ name }).id)
      const contract = Number(
        account.addContract({
          company,
          name: `${name}, managed`,
          startDate: '2026-01-01',
          endDate: '2099-12-31',
        }).id,
      )
      for (const product of products) account.addContractService({ contract, service: Number(product) })
      return { companyId: `${company}`, agreementId: `${contract}`, priceLevelId: null }
    },
    billed: (agreementId) =>
      byProduct(
        account
          .unitsOf(Number(agreementId), lastDay())
          .map(({ serviceID, units }) => [names.get(serviceID) ?? '', units]),
      ),
    writes: () => account.calls.filter(isWrite).length,
    calls: () => account.calls.length,
    fail: (which, failure, after = 0) =>
      account.faults.add({ ...failure, after, match: (call) => (which === 'write') === isWrite(call) }),
    clearFaults: () => account.faults.clear(),
    setLatency(ms) {
      account.latencyMs = ms
    },
    preparation: () => null,
  }
}

/** Queries are posted too. */
function isWrite({ method, path }: Pick<Call, 'method' | 'path'>): boolean {
  return method !== 'GET' && !/\/query(\/|$)/i.test(path)
}
