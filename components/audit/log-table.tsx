'use client'

import { Icon } from '@/components/ui/icon'
import { Link } from '@/components/ui/link'
import { Cell, Table } from '@/components/ui/table'
import { Clock } from '@/components/ui/time'
import { dayOf } from '@/components/ui/time-words'
import type { LogRow } from './log-rows'

const COLUMNS = ['Entry', 'UTC', 'What', 'Human', 'Agent', 'Decision'].map((label) => ({ label }))

type Props = { rows: readonly LogRow[]; selected?: number | undefined }

/**
 * The entries, newest first, with human, agent and decision side by side. Drawn from its rows on either side: as rows
 * it crosses to the browser in a fraction of what its elements weigh, and costs the server that much less.
 */
export function LogTable({ rows, selected }: Props) {
  return (
    <Table caption="Entries of the trail" className="log" columns={COLUMNS}>
      {rows.map((row) => (
        <Row key={row.leaf} row={row} isSelected={row.leaf === selected} />
      ))}
    </Table>
  )
}

function Row({ row, isSelected }: { row: LogRow; isSelected: boolean }) {
  const { number, href, at, tone, type, about, human, agent, decision } = row
  return (
    <tr className={isSelected ? 'is-selected' : undefined} aria-current={isSelected ? 'true' : undefined}>
      <Cell>
        <Link href={href} aria-label={`Entry ${number}`}>
          <code>{number}</code>
        </Link>
      </Cell>
      <Cell>
        <span className="note day">{dayOf(at).slice(0, -5)}</span>{' '}
        <span className="code">
          <Clock at={at} />
        </span>
      </Cell>
      <Cell>
        <Icon name={tone} mark={tone} />
        {type} <span className="muted">{about}</span>
      </Cell>
      <Cell label="Human">{human ? <Link href={human.href}>{human.name}</Link> : <None />}</Cell>
      <Cell label="Agent">
        {agent === null ? (
          <None />
        ) : (
          <Link href={`/agents/${agent}`}>
            <code>{agent}</code>
          </Link>
        )}
      </Cell>
      <Cell label="Decision">{decision ? <Decisions {...decision} /> : <None />}</Cell>
    </tr>
  )
}

const None = () => <span className="note">none</span>

function Decisions({ id, href, others }: { id: string; href: string; others: number }) {
  return (
    <>
      <Link href={href}>
        <code>{id}</code>
      </Link>
      {others > 0 ? (
        <span className="note">
          {' '}
          +{others}
          <span className="vh"> more</span>
        </span>
      ) : null}
    </>
  )
}
