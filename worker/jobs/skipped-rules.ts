import { rulesInForce } from '../domain/ticket-rule.ts'
import type { TicketConnection } from '../domain/ticket-rules.ts'
import type { ActiveRun } from '../storage/runs.ts'
import { VendorError } from '../vendor/error.ts'
import { brokenRulesAt } from './desk-lists.ts'
import type { Billing } from './plan-company.ts'

/** Says in the run which rules are skipped. Where the service desk gives no answer, nothing is said of it. */
export async function tellBrokenRules(billing: Billing & { run: ActiveRun }): Promise<void> {
  const { deps, lease, run, connection } = billing
  const rules = billing.rules.tickets
  if (rules === null || run.dryRun || rulesInForce(rules).length === 0) return
  try {
    const broken = await noteBrokenRules(billing, rules)
    await lease.save(
      [...broken].map(([rule, message]) =>
        deps.runs.problemStatement(run.id, {
          code: 'ticket_rule_broken',
          message: `Ticket rule ${rule} of ${connection}: ${message}`,
        }),
      ),
    )
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    lease.heed(error)
  }
}

/** Notes which rules are skipped, and answers why, by rule. */
export async function noteBrokenRules(
  billing: Billing,
  rules: TicketConnection,
): Promise<Map<string, string>> {
  const { deps, psa, lease, connection } = billing
  const broken = await brokenRulesAt(psa.desk, rules)
  await lease.save(deps.tickets.ruleProblems(connection, broken, deps.now().toISOString()))
  return new Map(broken.map(({ rule, message }) => [rule, message]))
}
