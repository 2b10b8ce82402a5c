import { psaWords } from './psa.ts'
import { words } from './words.ts'

/** Why a change waits, or why use is not billed, in words; the code itself where none are known. */
export function reasonText(reason: string | null, connection?: string | null): string {
  if (reason === null) return ''
  const known: Record<string, string> = words.reasons(psaWords(connection ?? undefined))
  return known[reason] ?? reason
}
