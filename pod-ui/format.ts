/** The language of words, numbers and dates. */
export const language: 'en' | 'de' = navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en'

/** Where the browser's own region is of the same language, its habits count, e.g. `en-GB`. */
const locale = navigator.language.toLowerCase().startsWith(language) ? navigator.language : language

const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })
const signed = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero', maximumFractionDigits: 2 })
const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
const dayAndMonth = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' })
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' })
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
const either = new Intl.ListFormat(locale, { type: 'disjunction' })

export const count = (value: number): string => number.format(value)
/** With its sign: `+2`, `−7`, `0`. */
export const difference = (value: number): string => signed.format(value)
/** Of a day, `YYYY-MM-DD`. */
export const day = (value: string): string => date.format(new Date(`${value}T00:00:00Z`))
export const shortDay = (value: string): string => dayAndMonth.format(new Date(`${value}T00:00:00Z`))
/** Of an instant, ISO 8601; in the time zone of the browser. */
export const instant = (value: string): string => moment.format(new Date(value))
export const clock = (value: string): string => time.format(new Date(value))
/** `yesterday`, `5 days ago`. */
export const daysAgo = (days: number): string => relative.format(-days, 'day')
/** Of an instant, ISO 8601: `17 minutes ago`. */
export function ago(value: string): string {
  const minutes = Math.round((Date.parse(value) - Date.now()) / 60_000)
  return minutes > -90
    ? relative.format(minutes, 'minute')
    : relative.format(Math.round(minutes / 60), 'hour')
}
/** `virtual server or workspace` */
export const eitherOf = (names: string[]): string => either.format(names)
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Of whole minor units; without a currency the bare number. */
export function money({ amountMinor, currency }: { amountMinor: number; currency: string | null }): string {
  const style = currency === null ? { minimumFractionDigits: 2 } : { style: 'currency' as const, currency }
  return new Intl.NumberFormat(locale, style).format(amountMinor / 100)
}
