import { ruleText } from '../words/rules.ts'
import { Notice } from './states.tsx'

/** Ticket rules that are skipped, and what to do about it; those for the same reason together. */
export function RuleProblems({ problems }: { problems: { rule: string; message: string }[] }) {
  return (
    <>
      {[...Map.groupBy(problems, ({ message }) => message)].map(([message, alike]) => (
        <Notice key={message} tone="warn">
          <p>
            <strong>{alike.map(({ rule }) => ruleText(rule)).join(', ')}:</strong> {message}
          </p>
        </Notice>
      ))}
    </>
  )
}
