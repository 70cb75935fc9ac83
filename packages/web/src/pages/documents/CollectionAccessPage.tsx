import { useParams } from "react-router";
import { useCollectionQuery, useUpdateCollectionMutation } from "../../api/documents-api.ts";
import { AclEditor } from "../../parts/AclEditor.tsx";
import { Loading } from "../../parts/Loading.tsx";
import { Page, Panel } from "../../parts/Page.tsx";
import { ProblemNote } from "../../parts/ProblemNote.tsx";
import { useTexts } from "../../texts/use-texts.ts";
import { collectionPath } from "./paths.ts";

const rights = ["read", "create", "update", "delete"] as const;

export function CollectionAccessPage() {
  const { collection = "" } = useParams();
  const { documents: texts } = useTexts();
  const { data, error, refetch } = useCollectionQuery(collection);
  const [update] = useUpdateCollectionMutation();
  return (
    <Page
      title={texts.access}
      path={[
        { to: "/documents", label: texts.title },
        { to: collectionPath(collection), label: collection },
      ]}
    >
      {error && <ProblemNote problem={error} onRetry={() => void refetch()} />}
      {data === undefined && error === undefined && <Loading />}
      {data !== undefined && (
        <Panel title={texts.accessOf(collection)}>
          <AclEditor
            key={data.version}
            acl={data.acl}
            rights={rights}
            save={(acl) => update({ collection, acl })}
          />
        </Panel>
      )}
    </Page>
  );
}
