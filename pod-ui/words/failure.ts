import type { Failure } from '../failure.ts'
import { language } from '../format.ts'
import { words } from './words.ts'

/**
 * What a person is told. The Worker's own words say most, but in English; where this language has a sentence for the
 * code, that one is shown.
 */
export function failureText(failure: Failure): string {
  const known: Record<string, string> = words.failures
  const own = known[failure.code]
  if (failure.status === 0) return own ?? words.failures.unreachable
  return language === 'en' ? failure.message : (own ?? failure.message)
}

/** What became of something that was to be saved. */
export function notSavedText({ code }: Failure): string {
  return code === 'unanswered' ? words.drafts.kept : words.drafts.notSaved
}
