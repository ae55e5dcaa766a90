// What stands at /requests/R-1017 is a request of the desk; at any other name a plain support ticket.
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { Bones } from '../../shared/ui/Faces';
import { isNumber } from './words';

const RequestRecord = lazy(() => import('./RequestRecord'));
const TicketScreen = lazy(() => import('./TicketScreen'));
const route = getRouteApi('/requests/$name');

export default function RequestScreen() {
  const { name } = route.useParams();
  return (
    <Suspense fallback={<Bones rows={8} />}>{isNumber(name) ? <RequestRecord number={name} key={name} /> : <TicketScreen />}</Suspense>
  );
}
