import { language } from '../format.ts'
import { en, type Words } from './en.ts'

/** In the language of the browser, once `learnWords` has settled. */
export let words: Words = en

export async function learnWords(): Promise<void> {
  document.documentElement.lang = language
  if (language === 'de') words = (await import('./de.ts')).de
}
