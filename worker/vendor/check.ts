export interface ConnectionProblem {
  /** Snake-case, for programs. */
  code: string
  /** What is wrong and how to mend it, for people. */
  message: string
}

/** What a connection's trial found; `ok` exactly where there are no problems. */
export interface ConnectionCheck {
  ok: boolean
  problems: ConnectionProblem[]
  /** The vendor's product version, where it tells. */
  version?: string
}
