import type { VendorHttp } from '../../vendor/http.ts'
import type { RootMemory } from '../../vendor/root-memory.ts'
import type { Psa } from '../port.ts'
import { assertRoom } from './budget.ts'
import { checkConnection } from './check.ts'
import { agreementChoices, companyChoices, productChoices } from './choices.ts'
import { autotaskClient } from './client.ts'
import type { AutotaskConnection } from './connection.ts'
import { lines } from './lines.ts'
import { agreements, mostValues, products } from './read.ts'
import { ticketDesk } from './ticket-desk.ts'
import { createLine, setQuantity } from './write.ts'
import { askZone } from './zone.ts'

/**
 * Autotask PSA: recurring service contracts are billed by the units of their services.
 *
 * What tickets can be filed under is asked for once, so that the adapter is for one message of work only.
 */
export function autotask(
  connection: AutotaskConnection,
  http: VendorHttp,
  memory: RootMemory,
  now: () => Date = () => new Date(),
): Psa {
  const client = autotaskClient(connection, http, memory)
  const { booking, createMissingService } = connection.options
  return {
    traits: {
      oneChangeADay: true,
      makesLines: createMissingService,
      needsTestWrite: false,
      agreementsPerRead: mostValues,
    },
    desk: ticketDesk(client, () => askZone(connection, http), now),
    assertRoom: () => assertRoom(client),
    check: () => checkConnection(connection, http, memory),
    isMember: async () => false,
    podState: async () => null,
    registerPod: async () => null,
    companyChoices: (query) => companyChoices(client, query),
    agreementChoices: (query) => agreementChoices(client, query),
    productChoices: (query) => productChoices(client, query),
    priceLevelChoices: async () => ({ items: [], nextCursor: null }),
    agreements: (ids, day) => agreements(client, ids, day),
    products: (ids) => products(client, ids),
    lines: (agreementIds, day) => lines(client, booking, agreementIds, day),
    companyProblem: async () => null,
    createLine: (line) => createLine(client, booking, line),
    setQuantity: (change) => setQuantity(client, change),
    testWrite: async () => null,
  }
}
