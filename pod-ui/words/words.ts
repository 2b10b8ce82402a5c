import { language } from '../format.ts'
import { en } from './en.ts'

/** Every text of the pod. English is the measure for the other languages. */
export type Words = typeof en

/** In the language of the browser, once `learnWords` has settled. */
export let words: Words = en

export async function learnWords(): Promise<void> {
  document.documentElement.lang = language
  if (language === 'de') words = (await import('./de.ts')).de
}
