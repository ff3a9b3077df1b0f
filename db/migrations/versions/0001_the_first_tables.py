"""the first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('case_file',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('agency', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=100), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('split_from', sa.String(length=36), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('agency', 'year', 'serial'),
    sa.UniqueConstraint('number')
    )
    op.create_table('counter',
    sa.Column('agency', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('series', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('agency', 'year', 'series')
    )
    op.create_table('officer',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('username', sa.String(length=100), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('agency', sa.String(length=40), nullable=False),
    sa.Column('password_hash', sa.String(length=300), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('username')
    )
    op.create_table('once',
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('officer_id', sa.String(length=36), nullable=False),
    sa.Column('route', sa.String(length=300), nullable=False),
    sa.Column('request_digest', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('headers', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('key', 'officer_id')
    )
    op.create_table('act',
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('public', sa.Text(), nullable=False),
    sa.Column('private', sa.Text(), nullable=True),
    sa.Column('officer', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], ),
    sa.PrimaryKeyConstraint('case_id', 'seq')
    )
    op.create_table('attachment',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('media_type', sa.String(length=200), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=100), nullable=True),
    sa.Column('officer', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attachment_case_id'), ['case_id'], unique=False)

    op.create_table('docket',
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('agency', sa.String(length=40), nullable=False),
    sa.Column('number', sa.String(length=100), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('stage', sa.String(length=10), nullable=False),
    sa.Column('channel', sa.String(length=30), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('counts_in', sa.String(length=7), nullable=False),
    sa.Column('assignee', sa.String(length=100), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('due_provisional', sa.Boolean(), nullable=False),
    sa.Column('suspensions', sa.Text(), nullable=False),
    sa.Column('limit_on', sa.Date(), nullable=True),
    sa.Column('outcome', sa.String(length=40), nullable=True),
    sa.Column('replied_on', sa.Date(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('archived_on', sa.Date(), nullable=True),
    sa.Column('topic', sa.String(length=40), nullable=True),
    sa.Column('applicant_category', sa.String(length=40), nullable=False),
    sa.Column('applicant_name', sa.String(length=300), nullable=False),
    sa.Column('applicant_key', sa.String(length=64), nullable=False),
    sa.Column('wanted', sa.Text(), nullable=False),
    sa.Column('next_step', sa.String(length=40), nullable=True),
    sa.Column('waiting_for', sa.String(length=320), nullable=True),
    sa.Column('to_serve', sa.Integer(), nullable=False),
    sa.Column('archive_ready', sa.Boolean(), nullable=False),
    sa.Column('returned', sa.Boolean(), nullable=False),
    sa.Column('drafted_by', sa.String(length=100), nullable=True),
    sa.Column('supervised_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], ),
    sa.PrimaryKeyConstraint('case_id')
    )
    with op.batch_alter_table('docket', schema=None) as batch_op:
        batch_op.create_index('docket_applicant', ['agency', 'applicant_key', 'counts_in'], unique=False)
        batch_op.create_index('docket_assignee', ['agency', 'assignee'], unique=False)
        batch_op.create_index('docket_due', ['agency', 'state', 'due_on'], unique=False)
        batch_op.create_index('docket_outcome', ['agency', 'outcome'], unique=False)
        batch_op.create_index('docket_received', ['agency', 'received_on'], unique=False)
        batch_op.create_index('docket_topic', ['agency', 'topic'], unique=False)

    op.create_table('inbox',
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('agency', sa.String(length=40), nullable=False),
    sa.Column('limit_on', sa.Date(), nullable=True),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], ),
    sa.PrimaryKeyConstraint('case_id', 'seq')
    )
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index('inbox_agency', ['agency', 'limit_on'], unique=False)

    op.create_table('letter',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('case_id', sa.String(length=36), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('agency', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('series', sa.String(length=40), nullable=True),
    sa.Column('serial', sa.Integer(), nullable=True),
    sa.Column('number', sa.String(length=100), nullable=True),
    sa.Column('dated', sa.Date(), nullable=False),
    sa.Column('context', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_file.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('agency', 'year', 'series', 'serial')
    )
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_case_id'), ['case_id'], unique=False)
        batch_op.create_index('letter_unfinished', ['digest'], unique=False)

    op.create_table('token',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('officer_id', sa.String(length=36), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('label', sa.String(length=100), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('digest')
    )
    with op.batch_alter_table('token', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_token_officer_id'), ['officer_id'], unique=False)
    for statement in _TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


# An act is never changed and never taken away: the database itself refuses it.
_TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER act_is_final BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'act is append-only'); END",
        "CREATE TRIGGER act_stays BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'act is append-only'); END",
    ),
    "postgresql": (
        """CREATE FUNCTION act_is_final() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'act is append-only'; END $$""",
        "CREATE TRIGGER act_is_final BEFORE UPDATE OR DELETE ON act FOR EACH ROW EXECUTE FUNCTION act_is_final()",
        "CREATE TRIGGER act_stays BEFORE TRUNCATE ON act EXECUTE FUNCTION act_is_final()",
    ),
}


def downgrade() -> None:
    with op.batch_alter_table('token', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_token_officer_id'))

    op.drop_table('token')
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_index('letter_unfinished')
        batch_op.drop_index(batch_op.f('ix_letter_case_id'))

    op.drop_table('letter')
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_index('inbox_agency')

    op.drop_table('inbox')
    with op.batch_alter_table('docket', schema=None) as batch_op:
        batch_op.drop_index('docket_topic')
        batch_op.drop_index('docket_received')
        batch_op.drop_index('docket_outcome')
        batch_op.drop_index('docket_due')
        batch_op.drop_index('docket_assignee')
        batch_op.drop_index('docket_applicant')

    op.drop_table('docket')
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attachment_case_id'))

    op.drop_table('attachment')
    op.drop_table('act')
    op.drop_table('once')
    op.drop_table('officer')
    op.drop_table('counter')
    op.drop_table('case_file')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION act_is_final()")
