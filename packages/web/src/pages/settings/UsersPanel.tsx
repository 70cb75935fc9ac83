import { PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import {
  type User,
  useCreateUserMutation,
  useDeleteUserMutation,
  useResetPasswordMutation,
  useRolesQuery,
  useUpdateUserMutation,
  useUsersQuery,
} from "../../api/settings-api.ts";
import { Ago } from "../../parts/Ago.tsx";
import { Code } from "../../parts/Code.tsx";
import { Pager, useCursor } from "../../parts/Pager.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useDanger } from "../../parts/use-danger.ts";
import { useFormats } from "../../texts/use-formats.ts";
import { useTexts } from "../../texts/use-texts.ts";

/** Every user, for admins. */
export function UsersPanel() {
  const { settings: texts } = useTexts();
  const [search, setSearch] = useSearchParams();
  const name = search.get("name") ?? undefined;
  const { data, error, refetch } = useUsersQuery({ name, cursor: useCursor() });
  const [isMaking, setMaking] = useState(false);
  const [linked, setLinked] = useState<User>();
  const columns = useColumns(setLinked);
  return (
    <>
      <div className="buttons">
        <Input.Search
          className="filter-name"
          aria-label={texts.search}
          placeholder={texts.search}
          defaultValue={name}
          allowClear
          onSearch={(wanted) => setSearch(wanted === "" ? {} : { name: wanted })}
        />
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
          {texts.newUser}
        </Button>
      </div>
      {error && <ProblemNote problem={error} onRetry={() => void refetch()} />}
      <Table label={texts.users} columns={columns} rows={data?.items ?? []} keyOf={({ id }) => id} />
      <Pager nextCursor={data?.nextCursor} />
      {isMaking && <NewUser onClose={() => setMaking(false)} />}
      {linked && <PasswordLink user={linked} onClose={() => setLinked(undefined)} />}
    </>
  );
}

function useColumns(onLink: (user: User) => void): Column<User>[] {
  const { settings: texts } = useTexts();
  return [
    {
      key: "name",
      title: texts.name,
      wide: true,
      render: ({ name, disabled }) => (
        <>
          <span className="strong">{name}</span>
          {disabled && <span className="badge">{texts.disabled}</span>}
        </>
      ),
    },
    { key: "email", title: texts.email, render: ({ email }) => email ?? "" },
    {
      key: "made",
      title: texts.made,
      numeric: true,
      render: ({ createdAt }) => (createdAt === undefined ? "" : <Ago at={createdAt} />),
    },
    {
      key: "act",
      title: <span className="hidden">{texts.users}</span>,
      numeric: true,
      render: (user) => <UserButtons user={user} onLink={() => onLink(user)} />,
    },
  ];
}

function UserButtons({ user: { id, name, disabled }, onLink }: { user: User; onLink: () => void }) {
  const { settings: texts } = useTexts();
  const act = useAct();
  const danger = useDanger();
  const [update] = useUpdateUserMutation();
  const [remove] = useDeleteUserMutation();
  const ask = () =>
    danger({
      title: texts.removeUserTitle(name),
      content: texts.removeUserText,
      okText: texts.removeUser,
      act: () => remove(id),
    });
  return (
    <span className="words">
      <Button size="small" onClick={onLink}>
        {texts.resetLink}
      </Button>
      <Button
        size="small"
        onClick={() => void act(update({ user: id, change: { disabled: disabled !== true } }))}
      >
        {disabled === true ? texts.enable : texts.disable}
      </Button>
      <Button size="small" danger onClick={ask}>
        {texts.removeUser}
      </Button>
    </span>
  );
}

interface Wanted {
  name: string;
  email?: string;
  password?: string;
  roleIds?: string[];
}

function NewUser({ onClose }: { onClose: () => void }) {
  const { settings: texts, app } = useTexts();
  const [form] = Form.useForm<Wanted>();
  const { data: roles = [] } = useRolesQuery();
  const [create, { error, isLoading }] = useCreateUserMutation();
  const submit = async ({ name, email, password, roleIds }: Wanted) => {
    const answer = await create({
      name,
      ...(email ? { email } : {}),
      ...(password ? { password } : {}),
      ...(roleIds?.length ? { roleIds } : {}),
    });
    if (answer.error === undefined) onClose();
  };
  return (
    <Modal
      open
      title={texts.newUser}
      okText={texts.newUser}
      cancelText={app.cancel}
      confirmLoading={isLoading}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(user) => void submit(user)}>
        <Form.Item name="name" label={texts.name} rules={[{ required: true }]}>
          <Input autoFocus autoComplete="off" maxLength={100} />
        </Form.Item>
        <Form.Item name="email" label={texts.email}>
          <Input type="email" autoComplete="off" maxLength={254} />
        </Form.Item>
        <Form.Item name="password" label={texts.userPassword} extra={texts.userPasswordHint}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="roleIds" label={texts.userRoles}>
          <Select
            mode="multiple"
            showSearch={{ optionFilterProp: "label" }}
            options={roles.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
      </Form>
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}

function PasswordLink({ user, onClose }: { user: User; onClose: () => void }) {
  const { settings: texts, app } = useTexts();
  const formats = useFormats();
  const [reset, { data, error, isLoading }] = useResetPasswordMutation();
  const footer =
    data === undefined ? (
      <Button type="primary" loading={isLoading} onClick={() => void reset(user.id)}>
        {texts.resetLink}
      </Button>
    ) : (
      <Button onClick={onClose}>{app.close}</Button>
    );
  return (
    <Modal open title={texts.resetTitle(user.name)} footer={footer} onCancel={onClose}>
      {data !== undefined && (
        <>
          <p>{texts.resetText(formats.moment(data.expiresAt))}</p>
          <Code label={texts.resetLink} text={`${location.origin}/set-password#${data.token}`} />
        </>
      )}
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}
