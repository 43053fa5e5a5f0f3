"""A gateway endpoint's routes are those of the tables that it is associated with, whenever that came to be.

moto makes them with the endpoint only, takes a second endpoint's for the first one's, and cannot delete an endpoint
whose tables have changed since.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.exceptions import RouteAlreadyExistsError
from moto.ec2.utils import generate_route_id

from s3ecs.local import seams


def install() -> None:
    """Put AWS's ways in place of moto's."""
    seams.replace("ec2.create_vpc_endpoint", create)
    seams.replace("ec2.modify_vpc_endpoint", modify)
    seams.replace("ec2.delete_vpc_endpoints", delete)


def create(ec2: Any, vpc_id: str, service_name: str, *args: Any, **more: Any) -> Any:
    """AWS: a table has one route to a service, so a second endpoint that it is to lead to is not made."""
    to = [each.id for each in ec2.managed_prefix_lists.values() if each.prefix_list_name == service_name]
    for table in filter(None, map(ec2.route_tables.get, more.get("route_table_ids") or ())):
        for each in to:
            if generate_route_id(table.id, each) in table._routes:  # noqa: SLF001 - moto gives no other way
                raise RouteAlreadyExistsError(each)
    return seams.original("ec2.create_vpc_endpoint")(ec2, vpc_id, service_name, *args, **more)


def modify(ec2: Any, vpc_id: str, *args: Any, **more: Any) -> None:
    """Routes come and go with the tables; ``vpc_id`` is moto's word for the endpoint's id."""
    seams.original("ec2.modify_vpc_endpoint")(ec2, vpc_id, *args, **more)
    endpoint = ec2.vpc_end_points[vpc_id]
    to = endpoint.destination_prefix_list_id
    for table in list(ec2.route_tables.values()) if to else ():
        route = table._routes.get(generate_route_id(table.id, to))  # noqa: SLF001 - moto gives no other way
        if table.id in endpoint.route_table_ids and route is None:
            ec2.create_route(table.id, None, gateway_id=vpc_id, destination_prefix_list_id=to)
        elif table.id not in endpoint.route_table_ids and route is not None:
            ec2.delete_route(table.id, to)


def delete(ec2: Any, vpce_ids: list[str] | None = None) -> None:
    """AWS: a table that has been deleted is none of the endpoint's any more."""
    for endpoint in filter(None, map(ec2.vpc_end_points.get, vpce_ids or ())):
        endpoint.route_table_ids = [each for each in endpoint.route_table_ids or () if each in ec2.route_tables]
    seams.original("ec2.delete_vpc_endpoints")(ec2, vpce_ids)
