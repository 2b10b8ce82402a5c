import type { Client } from '../support/client.ts'
import type { SideDesk } from '../support/sides/desk.ts'
import type { DemoDay } from './days.ts'

/** A record of the PSA; ids are text. */
export interface Named {
  id: string
}

/** What the MSP sells. */
export interface Products {
  workstations: Named
  servers: Named
  other: Named
  select: Named
  cloud: Named
  mailboxes: Named
}

/** One customer in the PSA. */
export interface PsaCustomer {
  company: Named
  agreement: Named
  /** Null where the PSA has no price levels. */
  priceLevelId: string | null
}

/** Its name, and its nouns in the middle of a sentence. */
export interface PsaWords {
  name: string
  company: string
  product: string
  agreement: string
  /** At the beginning of one. */
  tickets: string
}

/** The PSA of the demo's MSP, with what people do in its own screens. */
export interface DemoPsa {
  words: PsaWords
  /** As it is entered, without its address. */
  connection: { id: string; kind: string; name: string; credentials: Record<string, string> }
  desk: SideDesk
  /** The MSP's own. */
  ownCompany: Named & { name: string }
  addProduct(product: { identifier: string; description: string; price: number }): Named
  /** @param customer.agreementEndsOn last day, `YYYY-MM-DD`; null where it runs on */
  addCustomer(customer: { name: string; agreementEndsOn: string | null }, products: Products): PsaCustomer
  /** Makes the line where there is none. */
  setLineByHand(agreement: Named, product: Named, quantity: number): void
  deactivate(product: Named): void
  /** The price level that a customer has from the second day on. */
  priceLevelAfterNight(name: string, before: string | null): string | null
}

/** A PSA that runs on this machine for the demo. */
export interface RunningPsa {
  psa: DemoPsa
  /** Its address, as it is entered. */
  url: string
  /** On which the daily run is shown. */
  days(now: Date): [DemoDay, DemoDay]
  /** What an administrator does before the first run, the configuration being saved; returns what it was, in words. */
  prepare(client: Client, on: { agreement: Named; product: Named }): Promise<string | null>
  /** How to see tallypod from this PSA in a browser: lines to print. */
  waysIn(client: Client, tallypodUrl: string, shown: { name: string; company: Named }): Promise<string[]>
  close(): Promise<void>
}
