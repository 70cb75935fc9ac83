import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { usePrincipalsQuery } from "../../api/principals-api.ts";
import {
  type Role,
  useAddMemberMutation,
  useCreateRoleMutation,
  useDeleteRoleMutation,
  useRemoveMemberMutation,
  useRoleMembersQuery,
  useRolesQuery,
} from "../../api/settings-api.ts";
import { Empty } from "../../parts/Empty.tsx";
import { Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { type Column, Table } from "../../parts/Table.tsx";
import { useAct } from "../../parts/use-act.ts";
import { useDanger } from "../../parts/use-danger.ts";
import { useTexts } from "../../texts/use-texts.ts";

/** Every role, for admins. */
export function RolesPanel() {
  const { settings: texts } = useTexts();
  const { data = [], error, refetch } = useRolesQuery();
  const [isMaking, setMaking] = useState(false);
  const columns: Column<Role>[] = [
    {
      key: "name",
      title: texts.name,
      render: ({ id, name }) => (
        <Link to={`/settings/roles/${id}`} className="strong">
          {name}
        </Link>
      ),
    },
    { key: "description", title: texts.description, wide: true, render: ({ description }) => description },
  ];
  return (
    <>
      <p className="muted">{texts.builtIn}</p>
      <div className="buttons">
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
          {texts.newRole}
        </Button>
      </div>
      {error && <ProblemNote problem={error} onRetry={() => void refetch()} />}
      <Table label={texts.roles} columns={columns} rows={data} keyOf={({ id }) => id} />
      {isMaking && <NewRole onClose={() => setMaking(false)} />}
    </>
  );
}

function NewRole({ onClose }: { onClose: () => void }) {
  const { settings: texts, app } = useTexts();
  const navigate = useNavigate();
  const [form] = Form.useForm<{ name: string; description?: string }>();
  const [create, { error, isLoading }] = useCreateRoleMutation();
  const submit = async (role: { name: string; description?: string }) => {
    const answer = await create(role);
    if (answer.data !== undefined) void navigate(`/settings/roles/${answer.data.id}`);
  };
  return (
    <Modal
      open
      title={texts.newRole}
      okText={texts.newRole}
      cancelText={app.cancel}
      confirmLoading={isLoading}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(role) => void submit(role)}>
        <Form.Item name="name" label={texts.name} rules={[{ required: true }]}>
          <Input autoFocus maxLength={100} />
        </Form.Item>
        <Form.Item name="description" label={texts.description}>
          <Input maxLength={2_000} />
        </Form.Item>
      </Form>
      {error && <ProblemNote problem={error} />}
    </Modal>
  );
}

/** One role with its direct members: users, and roles whose members are in it as well. */
export function RolePanel() {
  const { role: id = "" } = useParams();
  const { settings: texts, access } = useTexts();
  const act = useAct();
  const { data: roles = [] } = useRolesQuery();
  const { data: members = [], error } = useRoleMembersQuery(id);
  const { data: principals = [] } = usePrincipalsQuery();
  const [add] = useAddMemberMutation();
  const [removeMember] = useRemoveMemberMutation();
  const name = roles.find((role) => role.id === id)?.name ?? id;
  const others = principals.filter(
    (each) => each.id !== id && !members.some((member) => member.id === each.id),
  );
  return (
    <Panel title={`${name} · ${texts.members}`} more={<RemoveRole id={id} name={name} />}>
      {error && <ProblemNote problem={error} />}
      <Select
        showSearch={{ optionFilterProp: "label" }}
        className="wide-field"
        aria-label={texts.addMember}
        placeholder={texts.addMember}
        value={null}
        options={others.map((each) => ({ value: each.id, label: `${each.name} (${access[each.kind]})` }))}
        onChange={(principalId: string) => void act(add({ role: id, principalId }))}
      />
      {members.length === 0 && <Empty>{texts.noMembers}</Empty>}
      <ul className="rows">
        {members.map((member) => (
          <li key={member.id} className="row">
            <span className="row-name">
              {member.name} <span className="badge">{access[member.kind]}</span>
            </span>
            <Button
              size="small"
              type="text"
              icon={<DeleteOutlined />}
              aria-label={texts.removeMember(member.name)}
              onClick={() => void act(removeMember({ role: id, principalId: member.id }))}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function RemoveRole({ id, name }: { id: string; name: string }) {
  const { settings: texts, app } = useTexts();
  const danger = useDanger();
  const navigate = useNavigate();
  const [removeRole] = useDeleteRoleMutation();
  const ask = () =>
    danger({
      title: texts.removeRoleTitle(name),
      content: texts.removeRoleText,
      okText: app.remove,
      act: async () => {
        const answer = await removeRole(id);
        if (answer.error === undefined) void navigate("/settings/roles");
        return answer;
      },
    });
  return (
    <Button danger size="small" onClick={ask}>
      {texts.removeRole}
    </Button>
  );
}
