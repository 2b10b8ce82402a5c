import type { Account, Call } from '../vendors/connectwise/account.ts'
import type { KscCall } from '../vendors/ksc/account.ts'
import type { Customer } from '../support/msp.ts'

/** Matches for the emulators' faults: which calls are to fail. */
export function posts(to?: Customer) {
  return (call: Call) => call.method === 'POST' && isAbout(call, to)
}

export function patches(to?: Customer) {
  return (call: Call) => call.method === 'PATCH' && isAbout(call, to)
}

export function lineReads(of?: Customer) {
  return (call: Call) => call.method === 'GET' && call.path.endsWith('/additions') && isAbout(call, of)
}

export function everything() {
  return true
}

function isAbout({ path }: Call, customer?: Customer): boolean {
  return customer === undefined
    ? path.includes('/additions')
    : path.includes(`/agreements/${customer.agreementId}/additions`)
}

/** Calls of one method, or of any, in sessions on the customer's virtual server. */
export function kscCalls(of: Customer, method?: string) {
  return (call: KscCall) => call.server === of.server.uid && (method === undefined || call.method === method)
}

/** Answers 500 to one creation for the customer though the line was stored, as a broken proxy does. */
export function failAfterStoring(
  psa: Account,
  customer: Customer,
  productId: number,
  quantity: number,
): void {
  let stored = false
  psa.faults.add({
    kind: 'status',
    status: 500,
    match(call) {
      const isIt = !stored && posts(customer)(call)
      if (isIt) {
        stored = true
        psa.addAddition({ agreement: customer.agreementId, product: productId, quantity })
      }
      return isIt
    },
  })
}
