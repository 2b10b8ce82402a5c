import type { Customer } from './usage.ts'

/** One account at an emulated PSA, for tallypod or for the plain loop. */
export interface Contestant {
  account: { calls: { method: string; path: string }[]; latencyMs: number; gate: Promise<void> }
  customers: Customer[]
  /** What all customers are billed, in their order. */
  bill(): number[][]
}

/** What is compared for one PSA. */
export interface Contest {
  /** First part of the names of its rows. */
  name: string
  ours: Contestant & {
    /** In the configuration document, without id and name. */
    connection: { kind: string; baseUrl: string; credentials: Record<string, string> }
  }
  /** The loop brings about the bill that is `wanted`, from the local day `day` on. */
  peer: Contestant & { loop: (wanted: Customer[], day: string) => Promise<void> }
  isWrite(call: { method: string; path: string }): boolean
  /** The fewest calls that can do it: for a first run, for a day on which some lines changed, for one without changes. */
  floor: { firstRun: number; ordinaryDay: number; sameDay: number }
  close(): Promise<void>
}
