import { Callout } from '@/components/ui/callout'
import { CopyButton } from '@/components/ui/copy-button'
import { LinkButton } from '@/components/ui/link-button'

/** Shown once, right after the second factor was set up. */
export function RecoveryCodes({ codes, to }: { codes: readonly string[]; to: string }) {
  return (
    <div className="stack">
      <Callout tone="good" title="Your second factor is set up." role="status">
        Every other sign-in of yours has ended.
      </Callout>
      <p>
        Keep these recovery codes where you find them without your telephone. Each works once in place of a
        code. They are shown only now.
      </p>
      <ul aria-label="Recovery codes" className="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="row">
        <CopyButton text={codes.join('\n')} label="Copy recovery codes" />
        <LinkButton href={to} variant="primary">
          Continue
        </LinkButton>
      </div>
    </div>
  )
}
