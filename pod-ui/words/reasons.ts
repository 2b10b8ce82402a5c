import { words } from './words.ts'

/** Why a change waits, or why use is not billed, in words; the code itself where none are known. */
export function reasonText(reason: string | null): string {
  if (reason === null) return ''
  const known: Record<string, string> = words.reasons
  return known[reason] ?? reason
}
