import type { Schemas } from '../shared/api';

export const users: Schemas['DeskUser'][] = [
  {
    id: '5d0fb3de-2f1b-4c39-9e0a-6f6f0d6a1c11',
    name: 'maja.lind@birkapartner.example',
    display: 'Maja Lind',
    roles: ['admin_agent'],
    disabled: false,
    ofCustomer: false,
  },
  {
    id: '5d0fb3de-2f1b-4c39-9e0a-6f6f0d6a1c12',
    name: 'bo@partner.example',
    display: 'Bo Ek',
    roles: ['helpdesk_agent'],
    disabled: false,
    ofCustomer: false,
  },
];
