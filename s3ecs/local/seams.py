"""Every place where we reach into moto, with one check each; nothing else in the project replaces a part of moto.

moto promises none of these names, so its version is pinned (``moto~=5.2.5``) and each seam is looked at before the
server starts: does the function exist, and does it take the parameters that our replacement takes? An incompatible moto
is then one clear error and not a task that never runs.
"""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

from s3ecs.errors import LocalError

if TYPE_CHECKING:
    from collections.abc import Callable

VERSIONS = ("5.2.5", "5.3")  # from the first, below the second
HINT = "pip install 's3ecs[local]'"


@dataclass(frozen=True)
class Seam:
    """A function or method of moto that we replace: where it is and which parameters it takes."""

    module: str
    path: str
    parameters: str

    def holder(self) -> tuple[Any, str]:
        """The module or class that holds the function, and its name there."""
        *outer, name = self.path.split(".")
        holder = import_module(self.module)
        for part in outer:
            holder = getattr(holder, part)
        return holder, name

    def problem(self) -> str | None:
        """What is wrong with this seam in the installed moto; None when nothing is."""
        try:
            holder, name = self.holder()
            found = tuple(inspect.signature(getattr(holder, name)).parameters)
        except (ImportError, AttributeError) as error:
            return f"{self.module}:{self.path}: {error}"
        if found != tuple(self.parameters.split()):
            return f"{self.module}:{self.path} takes ({', '.join(found)})"
        return None


_PARSER = "moto.stepfunctions.parser"
_ASL = f"{_PARSER}.asl"
_FUNCTION = f"{_ASL}.component.intrinsic.function.statesfunction"
_STATE = f"{_ASL}.component.state.exec.state_task.service.state_task_service_ecs"
_EVAL = "self env resource_runtime_part normalised_parameters state_credentials"
_ECS = "moto.ecs.models"
_ECS_HTTP = "moto.ecs.responses"
_S3_HTTP = "moto.s3.responses"
_SFN_HTTP = "moto.stepfunctions.responses"

SEAMS: dict[str, Seam] = {
    # the pipeline: an object event to rules, to executions, to tasks
    "s3.object_event": Seam("moto.s3.notifications", "_send_event_bridge_message", "account_id bucket event_name key"),
    "events.to_targets": Seam("moto.events.models", "Rule.send_to_targets", "self original_event transform_input"),
    "states.start": Seam(
        f"{_PARSER}.models",
        "StepFunctionsParserBackend.start_execution",
        "self state_machine_arn name execution_input trace_header",
    ),
    "states.begin": Seam(f"{_PARSER}.backend.execution", "Execution.start", "self"),
    "states.delete_machine": Seam("moto.stepfunctions.models", "StepFunctionBackend.delete_state_machine", "self arn"),
    "states.details": Seam(f"{_PARSER}.backend.execution", "Execution.get_start_execution_details", "self"),
    "states.stop": Seam(f"{_PARSER}.backend.execution", "Execution.stop", "self stop_date error cause"),
    "states.ended": Seam(f"{_PARSER}.backend.execution", "BaseExecutionWorkerCommunication.terminated", "self"),
    "states.matches": Seam(
        f"{_ASL}.component.common.error_name.error_equals_decl", "ErrorEqualsDecl._eval_body", "self env"
    ),
    "states.custom_error": Seam(
        f"{_ASL}.component.common.error_name.custom_error_name", "CustomErrorName.__init__", "self error_name"
    ),
    "states.program": Seam(f"{_ASL}.component.program.program", "Program.eval", "self env"),
    "states.client": Seam(f"{_ASL}.utils.boto_client", "boto_client_for", "region service state_credentials"),
    "states.http_stop": Seam(_SFN_HTTP, "StepFunctionResponse.stop_execution", "self"),
    "states.http_describe": Seam(_SFN_HTTP, "StepFunctionResponse.describe_execution", "self"),
    "states.http_list": Seam(_SFN_HTTP, "StepFunctionResponse.list_executions", "self"),
    "states.http_history": Seam(_SFN_HTTP, "StepFunctionResponse.get_execution_history", "self"),
    "run_task.parameters": Seam(_STATE, "StateTaskServiceEcs._get_supported_parameters", "self"),
    "run_task.start": Seam(_STATE, "StateTaskServiceEcs._eval_service_task", _EVAL),
    "run_task.resolver": Seam(
        _STATE,
        "StateTaskServiceEcs._build_sync_resolver",
        "self env resource_runtime_part normalised_parameters state_credentials",
    ),
    "run_task.wait": Seam(
        _STATE,
        "StateTaskServiceEcs._eval_sync",
        "self env sync_resolver timeout_seconds callback_endpoint heartbeat_endpoint",
    ),
    "language.parse": Seam(f"{_ASL}.parse.asl_parser", "AmazonStateLanguageParser.parse", "definition"),
    "language.intrinsic": Seam(f"{_ASL}.parse.preprocessor", "Preprocessor.visitString_intrinsic_function", "self ctx"),
    "language.literal": Seam(f"{_ASL}.parse.intrinsic.preprocessor", "Preprocessor._text_of_str", "parse_tree"),
    "language.format": Seam(f"{_FUNCTION}.generic.string_format", "StringFormat._eval_body", "self env"),
    "language.random": Seam(f"{_FUNCTION}.math_operations.math_random", "MathRandom._eval_body", "self env"),
    "language.matches": Seam(
        f"{_ASL}.component.state.choice.comparison.operator.implementations.string_operators",
        "StringMatches.eval",
        "env value",
    ),
    "language.path": Seam(f"{_ASL}.utils.json_path", "extract_json", "path data"),
    "ecs.list_tasks": Seam(
        _ECS,
        "EC2ContainerServiceBackend.list_tasks",
        "self cluster_str container_instance family started_by service_name desiredStatus",
    ),
    "ecs.http_run_task": Seam(_ECS_HTTP, "EC2ContainerServiceResponse.run_task", "self"),
    "ecs.http_describe_tasks": Seam(_ECS_HTTP, "EC2ContainerServiceResponse.describe_tasks", "self"),
    "ecs.http_stop_task": Seam(_ECS_HTTP, "EC2ContainerServiceResponse.stop_task", "self"),
    # gaps, mended for any client
    "states.create": Seam(
        f"{_PARSER}.models",
        "StepFunctionsParserBackend.create_state_machine",
        "self name definition roleArn tags publish loggingConfiguration tracingConfiguration encryptionConfiguration"
        " version_description sm_type",
    ),
    "states.update": Seam(
        f"{_PARSER}.models",
        "StepFunctionsParserBackend.update_state_machine",
        "self arn definition role_arn logging_configuration tracing_configuration encryption_configuration publish"
        " version_description",
    ),
    "states.validate": Seam(f"{_PARSER}.models", "StepFunctionsParserBackend._validate_definition", "definition"),
    "events.put_targets": Seam("moto.events.models", "EventsBackend.put_targets", "self name event_bus_arn targets"),
    "events.http_remove_targets": Seam("moto.events.responses", "EventsHandler.remove_targets", "self"),
    "logs.put_retention_policy": Seam(
        "moto.logs.models", "LogsBackend.put_retention_policy", "self log_group_name retention_in_days"
    ),
    "iam.create_role": Seam(
        "moto.iam.models",
        "IAMBackend.create_role",
        "self role_name assume_role_policy_document path permissions_boundary description tags max_session_duration"
        " linked_service",
    ),
    "iam.get_roles": Seam("moto.iam.models", "IAMBackend.get_roles", "self"),
    "ecs.create_cluster": Seam(
        _ECS,
        "EC2ContainerServiceBackend.create_cluster",
        "self cluster_name tags cluster_settings configuration capacity_providers"
        " default_capacity_provider_strategy service_connect_defaults",
    ),
    "ecs.delete_cluster": Seam(_ECS, "EC2ContainerServiceBackend.delete_cluster", "self cluster_str"),
    "ecs.register_task_definition": Seam(
        _ECS,
        "EC2ContainerServiceBackend.register_task_definition",
        "self family container_definitions volumes network_mode tags placement_constraints requires_compatibilities"
        " cpu memory task_role_arn execution_role_arn proxy_configuration inference_accelerators runtime_platform"
        " ipc_mode pid_mode ephemeral_storage",
    ),
    "ecs.describe_task_definition": Seam(
        _ECS, "EC2ContainerServiceBackend.describe_task_definition", "self task_definition_str"
    ),
    "ec2.create_default_vpc": Seam("moto.ec2.models.vpcs", "VPCBackend.create_default_vpc", "self"),
    "ec2.describe_nat_gateways": Seam(
        "moto.ec2.models.nat_gateways", "NatGatewayBackend.describe_nat_gateways", "self filters nat_gateway_ids"
    ),
    "ec2.delete_nat_gateway": Seam(
        "moto.ec2.models.nat_gateways", "NatGatewayBackend.delete_nat_gateway", "self nat_gateway_id"
    ),
    "ec2.modify_vpc_endpoint": Seam(
        "moto.ec2.models.vpcs",
        "VPCBackend.modify_vpc_endpoint",
        "self vpc_id policy_doc add_subnets remove_subnets remove_route_tables add_route_tables add_security_groups"
        " remove_security_groups",
    ),
    "ec2.delete_vpc_endpoints": Seam("moto.ec2.models.vpcs", "VPCBackend.delete_vpc_endpoints", "self vpce_ids"),
    "server.service": Seam(
        "moto.moto_server.werkzeug_app", "DomainDispatcherApplication.get_backend_for_host", "self host"
    ),
    "server.route": Seam("moto.moto_server.utilities", "RegexConverter.__init__", "self url_map items"),
    "s3.create_bucket": Seam(
        "moto.s3.models", "S3Backend.create_bucket", "self bucket_name region_name bucket_namespace"
    ),
    "s3.http_put_bucket": Seam(_S3_HTTP, "S3Response._bucket_response_put", "self request bucket_name querystring"),
    "s3.http_list_versions": Seam(_S3_HTTP, "S3Response.list_object_versions", "self"),
    "s3.http_get_notification": Seam(_S3_HTTP, "S3Response.get_bucket_notification", "self"),
    "s3.permission": Seam("moto.s3.models", "FakeBucket.get_permission", "self action resource"),
    "events.parse_pattern": Seam("moto.events.models", "EventPatternParser.parse", "self"),
    "events.matches": Seam("moto.events.models", "EventPattern.matches_event", "self event"),
    "events.http_test_pattern": Seam("moto.events.responses", "EventsHandler.test_event_pattern", "self"),
    "sqs.set_queue_attributes": Seam(
        "moto.sqs.models", "SQSBackend.set_queue_attributes", "self queue_name attributes"
    ),
    "events.tagged": Seam("moto.events.models", "EventsBackend.iter_tagged_resources", "self"),
    "tagging.resources": Seam(
        "moto.resourcegroupstaggingapi.models",
        "ResourceGroupsTaggingAPIBackend._get_resources_generator",
        "self tag_filters resource_type_filters resource_arn_list",
    ),
}

_originals: dict[str, Any] = {}


def check() -> None:
    """Raise LocalError when moto is absent, of another version, or not what a seam expects."""
    try:
        version = metadata.version("moto")
        import_module("moto.server")
    except ImportError as error:  # PackageNotFoundError is one too
        raise LocalError(f"the embedded AWS needs moto's server, which is not installed: {error}", hint=HINT) from error
    if not _numbers(VERSIONS[0]) <= _numbers(version) < _numbers(VERSIONS[1]):
        raise LocalError(
            f"the embedded AWS needs moto {VERSIONS[0]} or newer below {VERSIONS[1]}, not {version}", hint=HINT
        )
    problems = [problem for seam in SEAMS.values() if (problem := seam.problem())]
    environment = import_module(f"{_ASL}.eval.environment").Environment
    if "program_state_event" not in environment.__annotations__:  # run_task_state puts its own there
        problems.append("an execution's environment has no program_state_event")
    if problems:
        raise LocalError(f"moto {version} is not what the embedded AWS extends: {'; '.join(problems)}", hint=HINT)


def replace(name: str, replacement: Callable[..., Any]) -> None:
    """Put ``replacement`` where moto's own function is; ``original`` still gives that one."""
    holder, attribute = SEAMS[name].holder()
    own = inspect.getattr_static(holder, attribute)
    _originals.setdefault(name, getattr(holder, attribute))
    setattr(holder, attribute, staticmethod(replacement) if isinstance(own, staticmethod) else replacement)


def replace_everywhere(name: str, replacement: Callable[..., Any]) -> None:
    """Like ``replace``, also in every module that imported the function by name."""
    replace(name, replacement)
    attribute, own = SEAMS[name].path, _originals[name]
    package = SEAMS[name].module.partition(".")[0]
    for module in [module for path, module in sys.modules.items() if path.partition(".")[0] == package]:
        if getattr(module, attribute, None) is own:
            setattr(module, attribute, replacement)


def original(name: str) -> Any:
    """Moto's own function behind a replaced seam."""
    return _originals[name]


def current(name: str) -> Any:
    """What is in a seam now."""
    holder, attribute = SEAMS[name].holder()
    return getattr(holder, attribute)


def name_errors() -> None:
    """Give the interpreter's errors their code: moto keeps it where its own base class does not look."""
    api = import_module(f"{_PARSER}.api")
    base: Any = api.ServiceException
    errors: list[Any] = [one for one in vars(api).values() if isinstance(one, type) and base in one.__mro__[1:]]
    for error in errors:
        error.TYPE = error.TYPE or error.__name__


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
