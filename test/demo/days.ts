import { addDays, localDay } from '../../worker/domain/day.ts'

/** One day of the demo. */
export interface DemoDay {
  /** Where the MSP's clocks stand on it. */
  timeZone: string
  /** A moment of it at which the daily run is due. */
  morning: Date
}

export const berlin = 'Europe/Berlin'

/** Yesterday and today. */
export function lastTwoDays(now: Date): [DemoDay, DemoDay] {
  const today = localDay(now, berlin)
  const morningOf = (day: string) => ({ timeZone: berlin, morning: new Date(`${day}T04:00:00Z`) })
  return [morningOf(addDays(today, -1)), morningOf(today)]
}

/**
 * Two days that are both today, for what is booked on the day on which it is sent: the clocks of American Samoa and of
 * Samoa show the same time, a day apart, all year round.
 */
export function twoDaysAtOnce(now: Date): [DemoDay, DemoDay] {
  const pagoPago = 'Pacific/Pago_Pago'
  const fourInTheMorning = new Date(`${localDay(now, pagoPago)}T15:00:00Z`)
  return [
    { timeZone: pagoPago, morning: fourInTheMorning },
    { timeZone: 'Pacific/Apia', morning: fourInTheMorning },
  ]
}
