/** Where the discovered root of a vendor's API is kept, so that finding it costs a call only once. */
export interface RootMemory {
  /** Null where none was found yet, or what it was found by changed since. */
  get(): Promise<string | null>
  set(apiRoot: string): Promise<void>
}
