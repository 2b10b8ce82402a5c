import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWorker } from '../local/worker.ts'
import { localDay } from '../../worker/domain/day.ts'
import { apiClient } from '../support/client.ts'
import { workerSecrets } from '../support/secrets.ts'
import { startKsc } from '../vendors/ksc/start.ts'
import { companyName, configurationOf, openMsp, passNight } from './msp.ts'
import { type DemoOptions, demoOptions } from './options.ts'
import { namesNow, printDay } from './report.ts'
import { printTickets, ticketRules, troubleAtFirst, troubleOvernight } from './tickets.ts'
import { deliverReport, openWorkspaces } from './workspaces.ts'

const options = demoOptions(process.argv.slice(2))
if (typeof options === 'string') {
  console.error(options)
  process.exitCode = 1
} else await show(options)

async function show({ startPsa, once }: DemoOptions): Promise<void> {
  const ksc = await startKsc()
  const vendor = await startPsa()
  const stateDir = await mkdtemp(join(tmpdir(), 'tallypod-demo-'))
  const worker = await startWorker({
    stateDir,
    env: { ...workerSecrets, LEASE_SECONDS: '10', ALLOW_INSECURE_UPSTREAMS: 'true' },
  })

  try {
    const { psa } = vendor
    const msp = openMsp(ksc.account({ user: 'tallypod' }), psa)
    const client = apiClient(worker.url, workerSecrets.ADMIN_TOKEN)
    const [firstDay, nextDay] = vendor.days(new Date())
    const workspaces = openWorkspaces(psa, msp.products, msp.customers)
    const configure = (timeZone: string) =>
      client.configure({
        ...configurationOf(msp, vendor.url, timeZone, workspaces),
        tickets: ticketRules(psa),
      })
    troubleAtFirst(msp)
    await configure(firstDay.timeZone)
    const [shown] = msp.customers
    if (!shown?.company) throw new Error('the first customer of the demo is not mapped')
    const done = await vendor.prepare(client, {
      agreement: shown.agreement,
      product: msp.products.workstations,
    })
    if (done !== null) console.log(`\n${done}`)

    await deliverReport(client, workspaces, 0, localDay(firstDay.morning, firstDay.timeZone))
    const first = await client.runOn(firstDay.morning)
    const names = await namesNow(client, psa)
    await printDay('The first daily run', first, { client, psa, names })
    await printTickets(firstDay.morning, { client, psa, names })

    passNight(msp)
    troubleOvernight(msp)
    await configure(nextDay.timeZone)
    if (nextDay.timeZone !== firstDay.timeZone) {
      console.log(
        `\n${psa.words.name} takes one change of a line a day. So that the next day need not be waited for, the MSP moves from ${firstDay.timeZone} to ${nextDay.timeZone}, where it is a day later.`,
      )
    }
    await deliverReport(client, workspaces, 1, localDay(nextDay.morning, nextDay.timeZone))
    const second = await client.runOn(nextDay.morning)
    await printDay('The next day: only the differences', second, { client, psa, names })
    await printTickets(nextDay.morning, { client, psa, names })

    if (first.state === 'failed' || second.state === 'failed') process.exitCode = 1
    if (!once) {
      const place = { name: companyName(shown), company: shown.company }
      console.log('')
      for (const line of await vendor.waysIn(client, worker.url, place)) console.log(line)
      console.log(`The first set-up:               ${worker.url}/setup   (administrator token: ${workerSecrets.ADMIN_TOKEN})
The API:                        ${worker.url}/api     (Authorization: Bearer with the same token)
Press Ctrl+C to end the demo.`)
      await new Promise<void>((resolve) => {
        process.once('SIGINT', () => resolve())
        process.once('SIGTERM', () => resolve())
      })
    }
  } finally {
    await worker.stop()
    await Promise.all([ksc.close(), vendor.close()])
    await rm(stateDir, { recursive: true, force: true })
  }
}
