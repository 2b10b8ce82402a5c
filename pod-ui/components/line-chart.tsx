import { count, shortDay } from '../format.ts'

export interface Series {
  key: string
  name: string
  /** One for each day; null where nothing is known. */
  values: (number | null)[]
}

const width = 640
const height = 180

/** Lines over days. The table behind it, for those who can't see it, is the caller's. */
export function LineChart({ days, series, label }: { days: string[]; series: Series[]; label: string }) {
  const top = Math.max(1, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)))
  return (
    <svg class="line-chart" viewBox={`-44 -8 ${width + 56} ${height + 32}`} role="img" aria-label={label}>
      {[0, top / 2, top].map((value) => (
        <g key={value} class="chart-grid">
          <line x1={0} x2={width} y1={yOf(value, top)} y2={yOf(value, top)} />
          <text x={-6} y={yOf(value, top) + 4} text-anchor="end">
            {count(Math.round(value))}
          </text>
        </g>
      ))}
      {days.map(
        (day, index) =>
          index % 3 === 0 && (
            <text
              key={day}
              class="chart-day"
              x={xOf(index, days.length)}
              y={height + 18}
              text-anchor="middle"
            >
              {shortDay(day)}
            </text>
          ),
      )}
      {series.map(({ key, name, values }, index) => (
        <path key={key} class={`chart-line chart-colour-${index % 6}`} d={pathOf(values, top)}>
          <title>{name}</title>
        </path>
      ))}
    </svg>
  )
}

/** A line no higher than text, without axes; read out as `label`. */
export function Sparkline({ values, label }: { values: number[]; label: string }) {
  const top = Math.max(1, ...values)
  const points = values.map((value, index) => `${xOf(index, values.length) / 8},${yOf(value, top) / 8}`)
  return (
    <svg class="sparkline" viewBox="-1 -2 82 27" role="img" aria-label={label}>
      <polyline points={points.join(' ')} />
    </svg>
  )
}

/** Begins anew behind every gap; a single day is drawn as a dot by its round ends. */
function pathOf(values: (number | null)[], top: number): string {
  return values
    .map((value, index) => {
      if (value === null) return ''
      const before = values[index - 1]
      const command = before === null || before === undefined ? 'M' : 'L'
      const point = `${xOf(index, values.length).toFixed(1)} ${yOf(value, top).toFixed(1)}`
      return command === 'M' ? `M${point}l.01 0` : `L${point}`
    })
    .join('')
}

function xOf(index: number, of: number): number {
  return of < 2 ? width / 2 : (index / (of - 1)) * width
}

function yOf(value: number, top: number): number {
  return height - (value / top) * height
}
