"""Every place where we reach into moto, and into the SDK below it, by a name of ours."""

from __future__ import annotations

from typing import Final

from s3ecs.local.seam import Seam

PARSER: Final = "moto.stepfunctions.parser"
ASL: Final = f"{PARSER}.asl"
_FUNCTION = f"{ASL}.component.intrinsic.function.statesfunction"
_STATE = f"{ASL}.component.state.exec.state_task.service.state_task_service_ecs"
_EVAL = "self env resource_runtime_part normalised_parameters state_credentials"
_ECS = "moto.ecs.models"
_ECS_HTTP = "moto.ecs.responses"
_S3_HTTP = "moto.s3.responses"
_SFN_HTTP = "moto.stepfunctions.responses"

SEAMS: Final[dict[str, Seam]] = {
    # what is loaded while moto is
    "sdk.regions": Seam(
        "botocore.session",
        "Session.get_available_regions",
        "self service_name partition_name allow_non_regional",
    ),
    "sdk.loader": Seam("botocore.session", "create_loader", "search_path_string"),
    "moto.loader": Seam("moto.core.utils", "create_loader", ""),
    "moto.model": Seam("moto.core.utils", "get_service_model", "service_name"),
    "moto.service": Seam("moto.core.utils", "service_name_from_moto_package_name", "moto_package_name"),
    "moto.methods": Seam("moto.core.utils", "method_names_from_class", "clazz"),
    "moto.resource": Seam("moto.utilities.utils", "load_resource", "resource"),
    "iam.account_of": Seam("moto.iam.models", "get_account_id_from", "access_key"),
    # the pipeline: an object event to rules, to executions, to tasks
    "s3.object_event": Seam("moto.s3.notifications", "_send_event_bridge_message", "account_id bucket event_name key"),
    "events.to_targets": Seam("moto.events.models", "Rule.send_to_targets", "self original_event transform_input"),
    "states.start": Seam(
        f"{PARSER}.models",
        "StepFunctionsParserBackend.start_execution",
        "self state_machine_arn name execution_input trace_header",
    ),
    "states.begin": Seam(f"{PARSER}.backend.execution", "Execution.start", "self"),
    "states.delete_machine": Seam("moto.stepfunctions.models", "StepFunctionBackend.delete_state_machine", "self arn"),
    "states.details": Seam(f"{PARSER}.backend.execution", "Execution.get_start_execution_details", "self"),
    "states.stop": Seam(f"{PARSER}.backend.execution", "Execution.stop", "self stop_date error cause"),
    "states.ended": Seam(f"{PARSER}.backend.execution", "BaseExecutionWorkerCommunication.terminated", "self"),
    "states.matches": Seam(
        f"{ASL}.component.common.error_name.error_equals_decl", "ErrorEqualsDecl._eval_body", "self env"
    ),
    "states.custom_error": Seam(
        f"{ASL}.component.common.error_name.custom_error_name", "CustomErrorName.__init__", "self error_name"
    ),
    "states.program": Seam(f"{ASL}.component.program.program", "Program.eval", "self env"),
    "states.client": Seam(f"{ASL}.utils.boto_client", "boto_client_for", "region service state_credentials"),
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
    "language.parse": Seam(f"{ASL}.parse.asl_parser", "AmazonStateLanguageParser.parse", "definition"),
    "language.intrinsic": Seam(f"{ASL}.parse.preprocessor", "Preprocessor.visitString_intrinsic_function", "self ctx"),
    "language.literal": Seam(f"{ASL}.parse.intrinsic.preprocessor", "Preprocessor._text_of_str", "parse_tree"),
    "language.format": Seam(f"{_FUNCTION}.generic.string_format", "StringFormat._eval_body", "self env"),
    "language.random": Seam(f"{_FUNCTION}.math_operations.math_random", "MathRandom._eval_body", "self env"),
    "language.matches": Seam(
        f"{ASL}.component.state.choice.comparison.operator.implementations.string_operators",
        "StringMatches.eval",
        "env value",
    ),
    "language.path": Seam(f"{ASL}.utils.json_path", "extract_json", "path data"),
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
        f"{PARSER}.models",
        "StepFunctionsParserBackend.create_state_machine",
        "self name definition roleArn tags publish loggingConfiguration tracingConfiguration encryptionConfiguration"
        " version_description sm_type",
    ),
    "states.update": Seam(
        f"{PARSER}.models",
        "StepFunctionsParserBackend.update_state_machine",
        "self arn definition role_arn logging_configuration tracing_configuration encryption_configuration publish"
        " version_description",
    ),
    "states.validate": Seam(f"{PARSER}.models", "StepFunctionsParserBackend._validate_definition", "definition"),
    "events.put_targets": Seam("moto.events.models", "EventsBackend.put_targets", "self name event_bus_arn targets"),
    "events.http_remove_targets": Seam("moto.events.responses", "EventsHandler.remove_targets", "self"),
    "logs.put_retention_policy": Seam(
        "moto.logs.models", "LogsBackend.put_retention_policy", "self log_group_name retention_in_days"
    ),
    "logs.create_log_group": Seam(
        "moto.logs.models", "LogsBackend.create_log_group", "self log_group_name tags kwargs"
    ),
    "logs.http": Seam("moto.logs.responses", "LogsResponse", ""),
    "iam.create_role": Seam(
        "moto.iam.models",
        "IAMBackend.create_role",
        "self role_name assume_role_policy_document path permissions_boundary description tags max_session_duration"
        " linked_service",
    ),
    "sts.identity": Seam("moto.sts.models", "STSBackend.get_caller_identity", "self access_key_id region"),
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
    "ecs.delete_task_definitions": Seam(
        _ECS, "EC2ContainerServiceBackend.delete_task_definitions", "self task_definitions"
    ),
    "ec2.create_default_vpc": Seam("moto.ec2.models.vpcs", "VPCBackend.create_default_vpc", "self"),
    "ec2.describe_nat_gateways": Seam(
        "moto.ec2.models.nat_gateways", "NatGatewayBackend.describe_nat_gateways", "self filters nat_gateway_ids"
    ),
    "ec2.delete_nat_gateway": Seam(
        "moto.ec2.models.nat_gateways", "NatGatewayBackend.delete_nat_gateway", "self nat_gateway_id"
    ),
    "ec2.create_vpc_endpoint": Seam(
        "moto.ec2.models.vpcs",
        "VPCBackend.create_vpc_endpoint",
        "self vpc_id service_name endpoint_type policy_document route_table_ids subnet_ids network_interface_ids"
        " dns_entries client_token security_group_ids tags private_dns_enabled",
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
    "s3.http_list_uploads": Seam(_S3_HTTP, "S3Response.list_multipart_uploads", "self"),
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
