import { language } from '../format.ts'
import type { Words } from './en.ts'

/** In the language of the browser; nothing before `learnWords` has settled. */
export let words: Words

export async function learnWords(): Promise<void> {
  document.documentElement.lang = language
  words = language === 'de' ? (await import('./de.ts')).de : (await import('./en.ts')).en
}
