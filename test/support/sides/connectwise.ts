import type { ConnectWise } from '../../vendors/connectwise/server.ts'
import { connectWiseDesk } from './connectwise-desk.ts'
import { byProduct, type Side } from './side.ts'

export function connectWiseSide(vendor: ConnectWise, account = vendor.account()): Side {
  const { companyId, publicKey, privateKey, clientId } = account
  const names = new Map<string, string>()
  return {
    kind: 'connectwise',
    desk: connectWiseDesk(account),
    connection: {
      kind: 'connectwise',
      baseUrl: account.baseUrl,
      credentials: { companyId, publicKey, privateKey, clientId },
    },
    product(name) {
      const id = `${account.addProduct({ identifier: name, price: 3 }).id}`
      names.set(id, name)
      return id
    },
    customer(name) {
      const company = account.addCompany({ name }).id
      const agreement = account.addAgreement({ company, name: `${name}, managed` }).id
      return { companyId: `${company}`, agreementId: `${agreement}`, priceLevelId: null }
    },
    billed: (agreementId) =>
      byProduct(
        account
          .additionsOf(Number(agreementId))
          .map(({ product, quantity }) => [names.get(`${product.id}`) ?? '', quantity ?? 0]),
      ),
    writes: () => account.calls.filter(({ method }) => method !== 'GET').length,
    calls: () => account.calls.length,
    fail: (which, failure, after = 0) =>
      account.faults.add({
        ...failure,
        after,
        match: ({ method }) => (which === 'read') === (method === 'GET'),
      }),
    clearFaults: () => account.faults.clear(),
    setLatency(ms) {
      account.latencyMs = ms
    },
    preparation: () => null,
  }
}
