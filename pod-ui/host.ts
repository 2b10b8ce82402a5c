/** What a PSA hands out about the member in front of it. Never kept, never logged. */
export interface MemberProof {
  companyid: string
  memberid: string
  memberHash: string
  memberContext: string
  codeBase?: string
}

/** The record on whose screen the pod lies; a hint for what to show, never a proof. */
export interface HostRecord {
  /** In lower case, e.g. `company`. */
  screen: string
  id: string
}

/** The page around the pod. */
export interface Host {
  kind: 'connectwise' | 'page'
  /** Null on pages of our own, which prove nobody. */
  memberProof: (() => Promise<MemberProof>) | null
  /** Calls `show` with the record that the screen shows, at once and whenever it changes; null where it shows none. */
  onRecord(show: (record: HostRecord | null) => void): void
  /** Calls `save` when people press Save on the screen around us; the texts that it answers stop that save. */
  onSave(save: () => Promise<string[]>): void
  /** Whether the page around us has to ask before it goes away. */
  setDirty(dirty: boolean): void
  /** Null where the page around us has no records to open. */
  openRecord: ((record: HostRecord) => void) | null
}
