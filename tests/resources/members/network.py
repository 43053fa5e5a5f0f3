"""What EC2 answers of a security group, and of the parts of a stack's own network."""

from __future__ import annotations

from .answer import ITSELF, MADE, MEASURES, OTHER_KINDS, SERVICE, WORDS, Answer

OF_ACCOUNT = "whoever guards the account's networks sets it, to close more"
MORE_BLOCKS = "ours uses the first; what others add has no route of ours"
INSTANCES = "AWS: it is of instances, and says nothing of Fargate's tasks"

GROUP = (
    Answer(
        "ec2 DescribeSecurityGroups",
        "SecurityGroups",
        {
            ITSELF: "GroupId GroupName",
            "vpc": "VpcId",
            "inbound": "IpPermissions",
            "outbound": "IpPermissionsEgress",
            "tags": "Tags",
        },
        {SERVICE: "OwnerId SecurityGroupArn", WORDS: "Description"},
    ),
)
VPC = (
    Answer(
        "ec2 DescribeVpcs",
        "Vpcs",
        {ITSELF: "VpcId", "cidr": "CidrBlock", "tags": "Tags"},
        {
            SERVICE: "OwnerId State IsDefault",
            MORE_BLOCKS: "CidrBlockAssociationSet Ipv6CidrBlockAssociationSet",
            "which of an account's sets is the usual one AWS says nowhere": "DhcpOptionsId",
            OF_ACCOUNT: "BlockPublicAccessStates EncryptionControl NetworkFirewallAssociations",
            MADE: "InstanceTenancy",
        },
    ),
    Answer(
        "ec2 DescribeVpcAttribute",
        "",
        {"dns": "EnableDnsSupport EnableDnsHostnames"},
        {SERVICE: "VpcId", MEASURES: "EnableNetworkAddressUsageMetrics"},
    ),
)
SUBNET = (
    Answer(
        "ec2 DescribeSubnets",
        "Subnets",
        {ITSELF: "SubnetId", "vpc": "VpcId", "zone": "AvailabilityZone", "cidr": "CidrBlock", "tags": "Tags"},
        {
            SERVICE: "AvailabilityZoneId AvailableIpAddressCount OwnerId State SubnetArn Type DefaultForAz",
            INSTANCES: "MapPublicIpOnLaunch PrivateDnsNameOptionsOnLaunch",
            MORE_BLOCKS: "Ipv6CidrBlockAssociationSet AssignIpv6AddressOnCreation EnableDns64",
            OF_ACCOUNT: "BlockPublicAccessStates NetworkFirewallConnectivityType",
            MADE: "OutpostArn Ipv6Native",
            OTHER_KINDS: "CustomerOwnedIpv4Pool MapCustomerOwnedIpOnLaunch EnableLniAtDeviceIndex",
        },
    ),
)
INTERNET_GATEWAY = (
    Answer(
        "ec2 DescribeInternetGateways",
        "InternetGateways",
        {ITSELF: "InternetGatewayId", "vpc": "Attachments", "tags": "Tags"},
        {SERVICE: "OwnerId"},
    ),
)
ELASTIC_IP = (
    Answer(
        "ec2 DescribeAddresses",
        "Addresses",
        {ITSELF: "AllocationId AssociationId", "tags": "Tags"},
        {
            SERVICE: "PublicIp NetworkInterfaceId NetworkInterfaceOwnerId PrivateIpAddress ServiceManaged SubnetId",
            "the NAT gateway says which address is its own": "InstanceId",
            MADE: "Domain NetworkBorderGroup PublicIpv4Pool",
            OTHER_KINDS: "CarrierIp CustomerOwnedIp CustomerOwnedIpv4Pool",
        },
    ),
)
NAT_GATEWAY = (
    Answer(
        "ec2 DescribeNatGateways",
        "NatGateways",
        {
            ITSELF: "NatGatewayId CreateTime VpcId",
            "subnet": "SubnetId",
            "address": "NatGatewayAddresses",
            "state": "State",
            "tags": "Tags",
        },
        {
            SERVICE: "DeleteTime FailureCode FailureMessage ProvisionedBandwidth",
            MADE: "ConnectivityType AvailabilityMode",
            OTHER_KINDS: "AutoProvisionZones AutoScalingIps RouteTableId",
            OF_ACCOUNT: "AttachedAppliances",
        },
    ),
)
ROUTE_TABLE = (
    Answer(
        "ec2 DescribeRouteTables",
        "RouteTables",
        {ITSELF: "RouteTableId", "vpc": "VpcId", "routes": "Routes", "subnets": "Associations", "tags": "Tags"},
        {
            SERVICE: "OwnerId",
            "it takes a VPN gateway of somebody's in the VPC, and leads there what is there": "PropagatingVgws",
        },
    ),
)
VPC_ENDPOINT = (
    Answer(
        "ec2 DescribeVpcEndpoints",
        "VpcEndpoints",
        {
            ITSELF: "VpcEndpointId State CreationTimestamp",
            "vpc": "VpcId",
            "service": "ServiceName",
            "route_tables": "RouteTableIds",
            "policy": "PolicyDocument",
            "tags": "Tags",
        },
        {
            SERVICE: "OwnerId FailureReason LastError RequesterManaged Ipv4Prefixes Ipv6Prefixes",
            MADE: "VpcEndpointType ServiceRegion",
            "it is of an interface, and a gateway has none": "DnsEntries Groups NetworkInterfaceIds PrivateDnsEnabled "
            "SubnetIds",
            "where it does not lead, the NAT gateway does": "IpAddressType DnsOptions",
            OTHER_KINDS: "PayerResponsibilities ResourceConfigurationArn ServiceNetworkArn",
        },
    ),
)
