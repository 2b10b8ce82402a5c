/** A device of a ticket, and how often it happened there. */
export interface TicketDevice {
  name: string
  count: number
  /** How often of that the ticket tells already. */
  told: number
  /** ISO 8601 UTC. */
  firstAt: string
  lastAt: string
}

export interface TicketStory {
  subject: string
  /** What is said about it, the latest example; empty where nothing is. */
  example: string
  count: number
  told: number
  devices: TicketDevice[]
}

/** The most characters of a title. */
const longestTitle = 100
const mostNamed = 100

/** "Full scan is overdue: PC-1", "Full scan is overdue: 500 devices". */
export function ticketTitle({ subject, devices }: Pick<TicketStory, 'subject' | 'devices'>): string {
  const [first, ...others] = devices
  const where = first === undefined ? '' : others.length === 0 ? first.name : `${devices.length} devices`
  const tail = where === '' ? '' : `: ${where}`
  const room = longestTitle - tail.length
  return room > 20 ? cut(subject, room) + tail : cut(subject + tail, longestTitle)
}

/** What a new ticket says. */
export function ticketText(story: TicketStory): string {
  return [
    `${story.subject}.`,
    story.example,
    story.devices.length === 0 ? '' : deviceList(story.devices, ({ count }) => count),
    'Kept by tallypod: it adds what happens again as notes.',
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** What happened since the ticket told of it last. */
export function noteText(story: TicketStory): string {
  const since = story.devices.filter(({ count, told }) => count > told)
  return [
    `It happened ${times(story.count - story.told)} more, ${times(story.count)} in all.`,
    story.example,
    since.length === 0 ? '' : deviceList(since, ({ count, told }) => count - told),
  ]
    .filter(Boolean)
    .join('\n\n')
}

function deviceList(devices: TicketDevice[], countOf: (device: TicketDevice) => number): string {
  const named = devices.slice(0, mostNamed).map((device) => {
    const count = countOf(device)
    const when = device.firstAt === device.lastAt ? minute(device.lastAt) : `last ${minute(device.lastAt)}`
    return `- ${device.name}${count > 1 ? `, ${times(count)}` : ''} (${when})`
  })
  const more = devices.length - named.length
  const heading = devices.length === 1 ? 'Device:' : `${devices.length} devices:`
  return [heading, ...named, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')
}

/** `2026-11-25 21:40 UTC` */
function minute(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).trimEnd()}…`
}
