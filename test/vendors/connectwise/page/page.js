import { hostedFrame } from './hosted-frame.js'

const byId = (id) => document.getElementById(id)
const look = new URLSearchParams(location.search)
const company = look.get('company') ?? ''
const settings = await (await fetch(`/host/settings?${new URLSearchParams({ company })}`)).json()

const member = look.get('member') ?? settings.members[0]?.identifier ?? ''
const isTab = look.get('screen') === 'tab'
const record = isTab ? '' : (look.get('record') ?? `${settings.companies[0]?.id ?? ''}`)
const screen = isTab ? 'setup' : (look.get('screen') ?? 'company')
const lateMs = 3_000

let isDirty = false
let isLeaving = false
const hosted = frame()
describeScreen()
fillSelects()

byId('save').addEventListener('click', save)
byId('refresh').addEventListener('click', refresh)
byId('leave').addEventListener('click', () => go(addressOf({ screen: 'tab', record: null })))
for (const link of document.querySelectorAll('nav a')) {
  link.addEventListener('click', (event) => {
    event.preventDefault()
    go(addressOf({ screen: 'tab', record: null }))
  })
}
window.addEventListener('beforeunload', (event) => {
  if (isDirty && !isLeaving) event.preventDefault()
})

function frame() {
  const iframe = document.createElement('iframe')
  iframe.title = 'tallypod'
  const { url, origin } = setupOf(screen)
  iframe.src = url.replaceAll('[cw_id]', record).replaceAll('[cw_screen]', screen)
  const width = look.get('width') ?? ''
  byId('place').style.maxWidth = width === '' ? '' : `${width}px`
  byId('place').append(iframe)
  const hostedAs = isTab ? 'tab' : 'pod'
  return hostedFrame(iframe, {
    origin,
    hostedAs,
    screenObject: { screen, ...(record === '' ? {} : { id: Number(record) }), hostedAs },
    requests: { getMemberAuthentication, setDirty, refreshScreen: () => void refresh(), openScreen },
    log,
  })
}

/** An account without set-ups has its pod everywhere. */
function setupOf(screen) {
  const setup = settings.onRecords.find((one) => one.screen === screen)
  return setup ?? { url: settings.podUrl, origin: new URL(settings.podUrl).origin }
}

function describeScreen() {
  const kind = screen === 'ticket' ? 'Ticket' : 'Company'
  const company = settings.companies.find(({ id }) => screen === 'company' && `${id}` === record)
  byId('title').textContent = isTab ? 'Set-up' : (company?.name ?? `${kind} ${record}`)
  byId('subtitle').textContent = isTab ? 'A tab without a record' : `${kind}, record ${record}`
}

function fillSelects() {
  for (const { identifier, name } of settings.members) byId('member').add(new Option(name, identifier))
  for (const { id, name } of settings.companies) byId('record').add(new Option(name, `${id}`))
  if (screen === 'ticket') byId('screen').add(new Option('Ticket', 'ticket'))
  const shown = { member, record, screen: isTab ? 'tab' : screen, width: look.get('width') ?? '' }
  for (const [name, value] of Object.entries(shown)) {
    const select = byId(name)
    select.value = value
    select.addEventListener('change', () => {
      const changes = name === 'record' ? { record: select.value, screen: null } : { [name]: select.value }
      if (!go(addressOf(changes))) select.value = value
    })
  }
}

/** The address of this page with other values in its query; null and empty ones are left out. */
function addressOf(changes) {
  const query = new URLSearchParams(look)
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') query.delete(name)
    else query.set(name, value)
  }
  return `${location.pathname}?${query}`
}

async function getMemberAuthentication() {
  if (settings.answers === 'never') return undefined
  if (settings.answers === 'late') await new Promise((resolve) => setTimeout(resolve, lateMs))
  const answer = await fetch('/host/member', {
    method: 'POST',
    body: new URLSearchParams({ company, member }),
  })
  return answer.ok ? answer.json() : undefined
}

function setDirty({ dirty }) {
  if (typeof dirty !== 'boolean') return
  isDirty = dirty
  byId('result').textContent = dirty ? 'Not saved yet' : ''
}

/** ConnectWise opens tickets and companies only. */
function openScreen({ newTab, screen: other, id }) {
  const wanted = `${other}`.toLowerCase()
  if (!['company', 'ticket'].includes(wanted) || !Number.isInteger(Number(id))) return
  const address = addressOf({ screen: wanted === 'ticket' ? wanted : null, record: `${id}` })
  if (newTab === true) window.open(address, '_blank')
  else go(address)
}

/** A tab is not asked; a pod that never answers leaves the screen hanging. */
async function save() {
  if (hosted.hostedAs === 'pod' && hosted.isReady()) {
    hang(true)
    const { result, errors } = await hosted.raise('beforeSave')
    hang(false)
    if (result !== 'success') {
      byId('result').textContent = `Not saved: ${(errors ?? []).join(' ')}`
      return
    }
  }
  isDirty = false
  byId('result').textContent = 'Saved'
}

function hang(isHanging) {
  byId('save').disabled = isHanging
  byId('refresh').disabled = isHanging
  byId('result').textContent = isHanging ? 'Saving…' : ''
}

function refresh() {
  if (!mayLeave()) return
  isDirty = false
  byId('result').textContent = ''
  if (hosted.isReady()) void hosted.raise('onLoad')
}

/** False where the member would rather stay. */
function go(address) {
  if (!mayLeave()) return false
  isLeaving = true
  location.assign(address)
  return true
}

function mayLeave() {
  return !isDirty || window.confirm('There are unsaved changes. They are lost when you go on.')
}

/** The hash is a secret of the member, also before those who look over their shoulder. */
function log(from, message) {
  const entry = document.createElement('li')
  entry.dataset.from = from
  const text = document.createElement('code')
  text.textContent = JSON.stringify(message, (key, value) => (key === 'memberHash' ? '(hidden)' : value))
  entry.append(from === 'page' ? 'page → pod ' : 'pod → page ', text)
  byId('log').append(entry)
  return (note) => {
    const remark = document.createElement('em')
    remark.textContent = note
    entry.append(' ', remark)
  }
}
